import { decodeFleet, decodeMark, difference, encodeFleet, type Member, memory, type Traits } from '../core/fleet.js'
import { newSessionId } from '../core/session-id.js'
import type { Store } from '../core/store.js'
import { origin } from './fleet-process.js'

/** How a process takes part in a fleet. */
export interface Membership {
  /** Where the members meet. */
  readonly store: Store
  readonly key: string
  /** The name under which this process is entered, perhaps with others that are alike. */
  readonly name: string
  readonly sides: readonly Traits[]
  readonly since: number
  readonly hosts: ReadonlyMap<string, number>
}

/** Everybody who was entered lately. */
export interface Meeting {
  /** Tells this store from others; empty where it has none, and takes no writes. */
  readonly mark: string
  readonly own: Member
  readonly others: ReadonlyMap<string, Member>
}

/** ms after which a process enters itself anew. */
const refresh = 15_000
const life = 3_600_000
const mostRounds = 5

/** Enters this process into the record where all members meet, and answers who else is in it. */
export async function meet(membership: Membership): Promise<Meeting | undefined> {
  const { store, key, name } = membership
  for (let round = 0; round < mostRounds; round += 1) {
    const now = Date.now()
    const entry = await store.read(key)
    const known = [...(entry ? decodeFleet(entry.data) : [])].filter(([, { seen }]) => now - seen < memory)
    const others = new Map(known.filter(([other]) => other !== name))
    const before = new Map(known).get(name)
    const own = ownMember(membership, before, now)
    const mark = entry && decodeMark(entry.data)
    if (mark && before && isFresh(before, own)) return { own, others, mark }
    const next = mark || newSessionId()
    const record = { data: encodeFleet(new Map([...others, [name, own]]), next), expires: now + life }
    const outcome = await store.write(key, record, entry?.version).catch(() => undefined)
    // A store that takes no writes can still tell of the others.
    if (!outcome) return { own, others, mark: mark ?? '' }
    if ('written' in outcome) return { own, others, mark: next }
  }
  return undefined
}

function ownMember({ sides, since, hosts }: Membership, before: Member | undefined, now: number): Member {
  const lately = [...(before?.hosts ?? []), ...hosts].filter(([, time]) => now - time < memory)
  const began = Math.min(since, before?.since ?? since)
  return { sides, since: began, seen: now, by: origin, hosts: new Map(lately) }
}

/** Whether what is entered tells others all they need to know. */
function isFresh(before: Member, own: Member): boolean {
  if (own.seen - before.seen >= refresh || before.since !== own.since) return false
  if (own.sides.length !== before.sides.length) return false
  const isSame = own.sides.every((side) => difference(side, before.sides) === undefined)
  return isSame && [...own.hosts.keys()].every((host) => before.hosts.has(host))
}
