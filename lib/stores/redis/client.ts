import type { RedisOptions } from 'ioredis'
import { SessionError } from '../../core/errors.js'
import { optionsOfAddress } from './address.js'
import { openConnection } from './connection.js'
import type { Script } from './scripts.js'
import { sendTogether } from './send-together.js'

/** The five commands the store is made of, on whatever client. */
export interface RedisCommands {
  get(key: string): Promise<unknown>
  /** EVALSHA, and EVAL where the server does not know the script (yet, or again after a fail-over or SCRIPT FLUSH). */
  run(script: Script, key: string, ...args: string[]): Promise<unknown>
  unlink(key: string): Promise<unknown>
  ping(): Promise<unknown>
  /** Closes what the store opened itself, nothing else. */
  close(): void
  /** Why the connection is down, where the store opened it and knows. */
  downReason(): Error | undefined
}

/** What the store asks of an ioredis `Redis` or `Cluster`, of any version. */
export interface IoredisClient {
  readonly status: string
  get(key: string): Promise<unknown>
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  eval(lua: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  unlink(key: string): Promise<unknown>
  ping(): Promise<unknown>
}

/** What the store asks of a node-redis client or cluster, from version 4 on. */
export interface NodeRedisClient {
  connect(): Promise<unknown>
  get(key: string): Promise<unknown>
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(lua: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  unlink(key: string): Promise<unknown>
  ping(): Promise<unknown>
}

/** Where the sessions are: an address, ioredis options, or a client, which stays its owner's to close. */
export type RedisConnection = string | RedisOptions | IoredisClient | NodeRedisClient

/**
 * The commands on this connection. An address or options open a client, which connects at its first command; a client is
 * used as it is. `patience` is how long a command may take at least, in ms. Throws SESSION_OPTION_INVALID for anything else, never because the server is away.
 */
export function commandsOn(redis: unknown, patience: number): RedisCommands {
  if (typeof redis === 'string') return onOwnClient(optionsOfAddress(redis), patience)
  if (isOptions(redis)) return onOwnClient(withPort(redis), patience)
  if (isNodeRedis(redis)) return { ...onNodeRedis(redis), close() {}, downReason: () => undefined }
  if (isIoredis(redis)) return { ...onIoredis(redis), close() {}, downReason: () => undefined }
  throw new SessionError(
    'SESSION_OPTION_INVALID',
    `The option "redis" is ${nameOf(redis)}, so sessions have nowhere to go. Give an address such as redis://host:6379, ioredis options with a host, path or sentinels, an ioredis Redis or Cluster, or a node-redis client of version 4 or later that answers with promises.`,
  )
}

function onOwnClient(options: RedisOptions, patience: number): RedisCommands {
  const { client, close, downReason, renewal } = openConnection(options, patience)
  const before = sendTogether(client)
  const commands = onIoredis(client, before)
  const get: RedisCommands['get'] = async (key) => {
    try {
      before()
      return await client.get(key)
    } catch (error) {
      // A server that refuses writes goes on answering reads, also those that the new connection took down with the old one.
      if (!renewal()) throw error
      await renewal()
      return commands.get(key)
    }
  }
  return { ...commands, get, close, downReason }
}

function onIoredis(client: IoredisClient, before: () => void = () => {}): Omit<RedisCommands, 'close' | 'downReason'> {
  return {
    get: async (key) => {
      before()
      return client.get(key)
    },
    run: async ({ lua, sha }, ...keyAndArguments) => {
      before()
      return knownOrSent(
        () => client.evalsha(sha, 1, ...keyAndArguments),
        () => client.eval(lua, 1, ...keyAndArguments),
      )
    },
    unlink: async (key) => client.unlink(key),
    ping: async () => client.ping(),
  }
}

function onNodeRedis(client: NodeRedisClient): Omit<RedisCommands, 'close' | 'downReason'> {
  return {
    get: async (key) => client.get(key),
    run: async ({ lua, sha }, key, ...args) =>
      knownOrSent(
        () => client.evalSha(sha, { keys: [key], arguments: args }),
        () => client.eval(lua, { keys: [key], arguments: args }),
      ),
    unlink: async (key) => client.unlink(key),
    ping: async () => client.ping(),
  }
}

async function knownOrSent(known: () => Promise<unknown>, sent: () => Promise<unknown>): Promise<unknown> {
  try {
    return await known()
  } catch (error) {
    if (error instanceof Error && error.message.includes('NOSCRIPT')) return sent()
    throw error
  }
}

function isOptions(redis: unknown): redis is RedisOptions {
  if (typeof redis !== 'object' || redis === null) return false
  const prototype = Object.getPrototypeOf(redis)
  return (
    (prototype === Object.prototype || prototype === null) &&
    ['host', 'port', 'path', 'sentinels'].some((name) => name in redis)
  )
}

function withPort(options: RedisOptions): RedisOptions {
  const { port } = options
  if (port === undefined || (Number.isInteger(Number(port)) && port > 0 && port < 65_536)) return options
  throw new SessionError(
    'SESSION_OPTION_INVALID',
    'The option "redis" has a port that is no number from 1 to 65535, so sessions have nowhere to go. Correct it, or leave it out for 6379.',
  )
}

function isIoredis(redis: unknown): redis is IoredisClient {
  const answersByCallback = has(redis, 'internal_send_command')
  return has(redis, 'get', 'evalsha', 'eval', 'unlink', 'ping') && 'status' in redis && !answersByCallback
}

function isNodeRedis(redis: unknown): redis is NodeRedisClient {
  return has(redis, 'connect', 'get', 'evalSha', 'eval', 'unlink', 'ping') && !answersInLegacyMode(redis)
}

function answersInLegacyMode(redis: object): boolean {
  const options: unknown = 'options' in redis ? redis.options : undefined
  return typeof options === 'object' && options !== null && 'legacyMode' in options && options.legacyMode === true
}

function has(redis: unknown, ...methods: string[]): redis is object {
  if (typeof redis !== 'object' || redis === null) return false
  return methods.every((name) => typeof Reflect.get(redis, name) === 'function')
}

function nameOf(redis: unknown): string {
  if (redis === undefined || redis === null) return String(redis)
  if (Array.isArray(redis)) return 'a list'
  if (typeof redis !== 'object') return `a ${typeof redis}`
  if ('url' in redis) return 'an object with a "url" (node-redis options: give the address itself)'
  return 'an object that is no client and names no server'
}
