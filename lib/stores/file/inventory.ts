import type { Inventory, KeptRecord } from '../inventory.js'
import { headOfData } from '../inventory.js'
import { versionSource } from '../version.js'
import { realDisk } from './disk.js'
import { storeFailure } from './failure.js'
import { FileStore } from './file-store.js'
import { deadlineOf } from './glance.js'
import { Ground } from './ground.js'
import { Place, placeOfKey, recognise } from './layout.js'
import { decodeData, decodeHead, headLength } from './record.js'
import * as session from './session.js'
import type { Site } from './site.js'

const together = 16
const leftoverAge = 60_000

type Listed = KeptRecord & { readonly name: string }

/** The sessions in a directory, which is never made. `directory` is absolute. */
export function fileInventory(directory: string): Inventory {
  const ground = new Ground(realDisk, directory)
  const unique = versionSource()
  const siteAt = (place: Place): Site => ({
    disk: realDisk,
    place,
    unique,
    leftoverAge,
    makeShard: () => ground.make(place.shard),
  })
  const wrapped = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw storeFailure(error, directory)
    }
  }
  const namesIn = async (shard: string): Promise<string[]> => {
    const files = await realDisk.list(new Place(directory, shard).shard)
    return files.filter((file) => recognise(file)?.kind === 'session')
  }
  const store = new FileStore({ disk: realDisk, directory, fileThreshold: Number.MAX_SAFE_INTEGER, leftoverAge })

  return {
    async *records(whole) {
      for (const shard of await wrapped(() => ground.shards())) {
        const names = await wrapped(() => namesIn(shard))
        for (let at = 0; at < names.length; at += together) {
          const batch = names.slice(at, at + together)
          const found = await wrapped(() => Promise.all(batch.map((name) => look(new Place(directory, name), whole))))
          yield found.filter((record) => record !== undefined)
        }
      }
    },
    end: (record) => wrapped(() => session.remove(siteAt(new Place(directory, (record as Listed).name)))),
    endKey: (key) =>
      wrapped(async () => {
        await session.remove(siteAt(placeOfKey(directory, key)))
      }),
    prune: () => store.prune(),
    close: () => store.close(),
  }
}

async function look(place: Place, whole: boolean): Promise<Listed | undefined> {
  const file = await (whole ? realDisk.readAll(place.current) : readHead(place.current))
  if (typeof file === 'string') return undefined
  const { stats, bytes } = file
  const head = decodeHead(bytes)
  const expires = deadlineOf(stats)
  if (!head || head.ended || expires <= Date.now()) return undefined
  const data = whole ? decodeData(bytes, head) : bytes.subarray(head.start).toString('utf8')
  if (data === undefined) return undefined
  return { handle: place.name.slice(0, 12), expires, bytes: stats.size, data, name: place.name }
}

async function readHead(path: string) {
  const fd = await realDisk.open(path)
  if (typeof fd === 'string') return fd
  try {
    const stats = await realDisk.stats(fd)
    if (!stats.isFile()) return 'foreign'
    return { stats, bytes: await realDisk.read(fd, headLength + headOfData) }
  } finally {
    await realDisk.close(fd)
  }
}
