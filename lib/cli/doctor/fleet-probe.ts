import type { LiveFleet } from '../../audit/live/live-facts.js'
import {
  type Difference,
  decodeFleet,
  difference,
  keyFingerprint,
  type Member,
  shareHost,
  silence,
} from '../../core/fleet.js'
import type { Store } from '../../core/store.js'
import { origin } from '../../plugin/fleet-process.js'
import { realDisk } from '../../stores/file/disk.js'
import { FileStore } from '../../stores/file/file-store.js'
import { impatientOptions } from '../../stores/redis/questions.js'
import { redisStore } from '../../stores/redis.js'
import type { Configuration } from './configuration.js'
import { limits } from './limits.js'

/** Compares the processes that are entered in the store, and on this machine. Null: nobody is. */
export async function probeFleet({
  meeting,
  redis,
  prefix,
  directory,
  keys,
}: Configuration): Promise<LiveFleet | null> {
  if (!meeting) return null
  const record = `fleet:${meeting.name}`
  const places = [...new Set([directory, meeting.directory])].filter((path) => path !== undefined)
  const stores = [
    ...(redis === undefined ? [] : [redisStore({ redis: impatientOptions(redis, limits.fleet), prefix })]),
    ...places.map(filesAt),
  ]
  const now = Date.now()
  const meetings = await Promise.all(stores.map((store) => membersIn(store, record, now)))
  const members = meetings.flat()
  if (members.length === 0) return null
  const differences = new Set(meetings.flatMap((group) => differencesIn(group, now)))
  const own = keys.map(keyFingerprint)
  return {
    groups: new Set(members.map(({ sides }) => JSON.stringify(sides))).size,
    differences: (['keys', 'place', 'rotation'] as const).filter((each) => differences.has(each)),
    sameKeys: own.length === 0 ? null : members.some(({ sides }) => sides.some((side) => side.keys.some(isOf(own)))),
  }
}

const isOf = (own: readonly string[]) => (key: string) => own.includes(key)

/** Nothing is made where nothing is. */
function filesAt(directory: string): Store {
  return new FileStore({ disk: realDisk, directory, fileThreshold: Number.MAX_SAFE_INTEGER, leftoverAge: 60_000 })
}

async function membersIn(store: Store, record: string, now: number): Promise<Member[]> {
  try {
    const entry = await store.read(record)
    return [...(entry ? decodeFleet(entry.data).values() : [])].filter((member) => isThere(member, now))
  } catch {
    // A store that is away is told by its own probe.
    return []
  } finally {
    await store.close()
  }
}

/** Its process lives on this machine, or it was heard of lately on another one. */
function isThere({ by, seen }: Member, now: number): boolean {
  return by.machine === origin.machine ? isAlive(by.pid) : now - seen < silence
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Of members that were asked for one host: others need not fit together. */
function differencesIn(members: readonly Member[], now: number): Difference[] {
  const pairs = members.flatMap((one, index) => members.slice(index + 1).map((other) => [one, other] as const))
  return pairs.flatMap(([one, other]) => {
    const found = one.sides.flatMap((side) => difference(side, other.sides) ?? [])
    return shareHost(one, other, now) ? found : []
  })
}
