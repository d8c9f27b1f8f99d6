import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis, type RedisOptions } from 'ioredis'
import { eventually, freePort, freshDirectory, type ServerProcess, spawnServer } from './process.js'
import { type RedisServer, startRedis } from './redis.js'

/** A master, its replica, and the sentinels that watch them. */
export interface SentinelGroup {
  /** What ioredis needs to find the master. */
  options: RedisOptions & { name: string; sentinels: { host: string; port: number }[] }
  /** The server that was the master at the start. */
  master: RedisServer
  replica: RedisServer
  stop(): Promise<void>
  pause(): void
  resume(): void
}

interface Sentinel extends ServerProcess {
  port: number
}

const host = '127.0.0.1'
const name = 'sessions'

/** Starts a master, a replica that has caught up, and 1 to 3 sentinels, and answers when the sentinels see both. */
export async function startSentinel({ sentinels: count = 1 }: { sentinels?: 1 | 2 | 3 } = {}): Promise<SentinelGroup> {
  const args = ['--repl-diskless-sync-delay', '0']
  const master = await startRedis({ args })
  const replica = await startRedis({ args: [...args, '--replicaof', host, String(master.port)] })
  await onClient(replica.client(), (client) =>
    eventually('the replica has caught up', async () => has(await client.info(), 'master_link_status:up')),
  )
  const quorum = Math.floor(count / 2) + 1
  const sentinels = await Promise.all(Array.from({ length: count }, () => startOne(master.port, quorum)))
  for (const { port } of sentinels) await seesAll(port, count)
  const all = [master, replica, ...sentinels]
  return {
    options: { name, sentinels: sentinels.map(({ port }) => ({ host, port })) },
    master,
    replica,
    stop: async () => void (await Promise.all(all.map((server) => server.stop()))),
    pause: () => all.forEach((server) => void server.pause()),
    resume: () => all.forEach((server) => void server.resume()),
  }
}

async function startOne(masterPort: number, quorum: number): Promise<Sentinel> {
  const port = await freePort()
  const directory = freshDirectory()
  const file = join(directory, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    `bind ${host}`,
    `sentinel monitor ${name} ${host} ${masterPort} ${quorum}`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 5000`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return { ...spawnServer([file, '--sentinel'], directory), port }
}

async function seesAll(port: number, count: number): Promise<void> {
  const client = new Redis({ host, port, retryStrategy: () => 20 }).on('error', () => {})
  await onClient(client, () =>
    eventually('the sentinel sees the replica and the other sentinels', async () => {
      const info = await client.info()
      return has(info, 'slaves=1') && has(info, `sentinels=${count}`)
    }),
  )
}

function has(info: string, line: string): boolean {
  return info.includes(line)
}

async function onClient<T>(client: Redis, use: (client: Redis) => Promise<T>): Promise<T> {
  try {
    return await use(client)
  } finally {
    client.disconnect()
  }
}
