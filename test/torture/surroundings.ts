import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import type { Setting } from './peer.js'

/** What the stores of one run rest on. */
export interface Surroundings {
  redisVersion: string
  /** An empty Redis and an empty directory. */
  fresh(): Promise<Setting>
  stop(): Promise<void>
}

/** Starts a Redis server of our own. It ends, and the directories go, with this process at the latest. */
export async function surroundings(): Promise<Surroundings> {
  const server = await startRedis()
  const client = server.client()
  const root = freshDirectory()
  let serial = 0
  return {
    redisVersion: await versionOf(client),
    async fresh() {
      await client.flushall()
      serial += 1
      const directory = join(root, String(serial))
      mkdirSync(directory, { mode: 0o700 })
      return { peer: '', rolling: false, redis: server.url, directory }
    },
    async stop() {
      client.disconnect()
      await server.stop()
    },
  }
}

async function versionOf(client: ReturnType<RedisServer['client']>): Promise<string> {
  const info = await client.info('server')
  const [, name, version] = /^(valkey|redis)_version:(\S+)/m.exec(info) ?? []
  return `${name === 'valkey' ? 'Valkey' : 'Redis'} ${version}`
}
