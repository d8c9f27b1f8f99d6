import { SessionError } from '../core/errors.js'
import type { Entry, Store, WriteOutcome } from '../core/store.js'
import { commandsOn, type RedisConnection } from './redis/client.js'
import { withoutSecrets } from './redis/failure.js'
import { deadlineText, decode, encode } from './redis/record.js'
import { touchScript, writeScript } from './redis/scripts.js'
import { versionSource } from './version.js'

export type { IoredisClient, NodeRedisClient, RedisConnection } from './redis/client.js'

/** What `redisStore` takes. */
export interface RedisStoreOptions {
  /**
   * The server: an address (`redis://`, `rediss://`, `unix://`, or a socket's path), ioredis options, an ioredis `Redis`
   * or `Cluster`, or a connected node-redis client or cluster, version 4 or later. A client that is handed over keeps its
   * own settings, and whoever made it closes it.
   */
  redis: RedisConnection
  /** Stands before every key. Default: `session:`. */
  prefix?: string
  /** How long a command of a client that the store makes itself may take, in ms, where that is more than 5000. */
  storeTimeout?: number
}

/**
 * Sessions in Redis or Valkey: one server, Sentinel or Cluster, version 6 or later.
 *
 * Each session is one string at prefix + key, and Redis ends it at its deadline. Reading is one GET, writing and touching
 * one EVALSHA, removing one UNLINK, `check()` one PING; each names one key, so all run on Cluster.
 *
 * An ACL user needs `~session:*` (the prefix), and
 * `+get +eval +evalsha +getrange +set +setrange +pexpireat +unlink +ping`. Besides, for the connection:
 * `+select` with a database other than 0; `+client|setname` with `connectionName`; `+info` behind Sentinel, and for an
 * ioredis client whose ready check is on; `+info +cluster|slots +cluster|info` for an ioredis `Cluster`;
 * `+cluster|slots` for node-redis' `createCluster`.
 *
 * Errors of the connection and the server (OOM, READONLY, NOAUTH and the like) come with their own message, without key,
 * data or password. Throws SESSION_OPTION_INVALID for options that cannot work; an absent server is not among them.
 */
export function redisStore({
  redis,
  prefix = 'session:',
  storeTimeout = 0,
}: RedisStoreOptions): Store & { readonly kind: 'redis' } {
  if (typeof prefix !== 'string') refusePrefix()
  const commands = commandsOn(redis, storeTimeout)
  const nextVersion = versionSource()
  let closed = false

  const send = async (key: string, command: (redisKey: string) => Promise<unknown>): Promise<unknown> => {
    const redisKey = prefix + key
    if (closed) throw new Error('The session store is closed.')
    try {
      return await command(redisKey)
    } catch (error) {
      throw withoutSecrets(error, redisKey, commands.downReason())
    }
  }

  const read: Store['read'] = async (key) => {
    try {
      const reply = await send(key, commands.get)
      return reply === null ? undefined : live(decode(textOf(reply)))
    } catch (error) {
      if (isOfAnotherType(error)) return undefined
      throw error
    }
  }

  const write: Store['write'] = async (key, entry, seen) => {
    const version = nextVersion()
    const args = [String(Date.now()), encode(entry, version), ...(seen === undefined ? [] : [seen])]
    return outcomeOf(await send(key, (redisKey) => commands.run(writeScript, redisKey, ...args)), version)
  }

  const touch: Store['touch'] = async (key, expires, seen) => {
    const args = [String(Date.now()), deadlineText(expires), seen]
    return textOf(await send(key, (redisKey) => commands.run(touchScript, redisKey, ...args))) === '1'
  }

  return {
    kind: 'redis',
    read,
    write,
    touch,
    remove: async (key) => {
      await send(key, commands.unlink)
    },
    check: async () => {
      await send('', commands.ping).catch(exceptMisconfigured)
    },
    close: async () => {
      if (!closed) commands.close()
      closed = true
    },
  }
}

function live(entry: Entry | undefined): Entry | undefined {
  return entry && entry.expires > Date.now() ? entry : undefined
}

function outcomeOf(reply: unknown, version: string): WriteOutcome {
  const text = textOf(reply)
  if (text === '1') return { written: version }
  const conflict = decode(text)
  return conflict ? { conflict } : { gone: true }
}

// A server that cannot save its snapshot refuses what writes, and PING among it; it answers reads.
function exceptMisconfigured(error: unknown): void {
  if (!(error instanceof Error && error.message.startsWith('MISCONF'))) throw error
}

function isOfAnotherType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE')
}

// Clients can be set to answer with buffers, or with numbers as text.
function textOf(reply: unknown): string {
  if (typeof reply === 'string') return reply
  if (typeof reply === 'number' || typeof reply === 'bigint') return String(reply)
  if (reply instanceof Uint8Array) return Buffer.from(reply).toString('utf8')
  throw new SessionError(
    'SESSION_OPTION_INVALID',
    `The Redis client answered a command with ${reply === null ? 'null' : `a ${typeof reply}`}, so sessions cannot be read. Give a client that answers with promises of plain replies.`,
  )
}

function refusePrefix(): never {
  throw new SessionError(
    'SESSION_OPTION_INVALID',
    'The option "prefix" is not a string, so session keys cannot be told from others. Give a string such as "session:".',
  )
}
