import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Inventory, KeptRecord } from '../inventory.js'
import { headOfData } from '../inventory.js'
import { optionsOfAddress } from './address.js'
import { openConnection } from './connection.js'
import { withoutSecrets } from './failure.js'
import { decode, headerLength } from './record.js'

/** Keys that Redis looks at in one step, and whole records that are fetched at a time. */
const scanned = 500
const fetchedWhole = 50

type Listed = KeptRecord & { readonly redisKey: string }

/**
 * The sessions in a Redis at an address, found by SCAN and never by KEYS, so that nobody waits. An ACL user needs
 * `+scan +strlen` besides what sessions need.
 */
export function redisInventory({ redis, prefix }: { redis: string; prefix: string }): Inventory {
  const { client, close, downReason } = openConnection(optionsOfAddress(redis))
  const send = async <T>(command: () => Promise<T>): Promise<T> => {
    try {
      return await command()
    } catch (error) {
      throw withoutSecrets(error, '', downReason())
    }
  }
  const remove = async (key: string) => (await send(() => client.unlink(key))) > 0

  return {
    async *records(whole) {
      const seen = new Set<string>()
      let cursor = '0'
      do {
        const [next, found] = await send(() => client.scan(cursor, 'MATCH', `${escaped(prefix)}*`, 'COUNT', scanned))
        cursor = next
        // SCAN may name a key twice.
        const keys = found.filter((key) => !seen.has(key))
        for (const key of keys) seen.add(key)
        const size = whole ? fetchedWhole : scanned
        for (let at = 0; at < keys.length; at += size)
          yield await send(() => fetch(client, keys.slice(at, at + size), prefix, whole))
      } while (cursor !== '0')
    },
    end: (record) => remove((record as Listed).redisKey),
    endKey: async (key) => {
      await remove(prefix + key)
    },
    prune: async () => undefined,
    close: async () => close(),
  }
}

async function fetch(client: Redis, keys: string[], prefix: string, whole: boolean): Promise<Listed[]> {
  const end = whole ? -1 : headerLength + headOfData - 1
  const pipeline = client.pipeline()
  for (const key of keys) pipeline.getrange(key, 0, end).strlen(key)
  const replies = (await pipeline.exec()) ?? []
  const lost = replies.find(([error]) => error && !error.message.startsWith('WRONGTYPE'))?.[0]
  if (lost) throw lost
  return keys.flatMap((redisKey, index) => {
    const [value, bytes] = [replies[2 * index]?.[1], replies[2 * index + 1]?.[1]]
    const entry = typeof value === 'string' ? decode(value) : undefined
    if (!entry || typeof bytes !== 'number' || entry.expires <= Date.now()) return []
    const handle = createHash('sha256').update(redisKey.slice(prefix.length)).digest('hex').slice(0, 12)
    return [{ handle, expires: entry.expires, bytes, data: entry.data, redisKey }]
  })
}

/** A prefix in which no character is a wildcard of MATCH. */
const escaped = (prefix: string) => prefix.replace(/[\\*?[\]^]/g, '\\$&')
