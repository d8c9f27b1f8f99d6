import { Cluster } from 'ioredis'
import { eventually } from './process.js'
import { type RedisServer, startRedis } from './redis.js'

/** A running Cluster of three masters. */
export interface RedisCluster {
  nodes: { host: string; port: number }[]
  servers: RedisServer[]
  /** Opens an ioredis Cluster, which the caller closes. */
  client(options?: ConstructorParameters<typeof Cluster>[1]): Cluster
  stop(): Promise<void>
  pause(): void
  resume(): void
}

const slotCount = 16_384

/** Starts three masters that share the slots, and answers when each of them knows it. */
export async function startCluster(): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000']
  const servers = await Promise.all([1, 2, 3].map(() => startRedis({ args })))
  await join(servers)
  const nodes = servers.map(({ host, port }) => ({ host, port }))
  return {
    nodes,
    servers,
    client: (options) => new Cluster(nodes, options).on('error', () => {}),
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
    pause: () => servers.forEach((server) => void server.pause()),
    resume: () => servers.forEach((server) => void server.resume()),
  }
}

async function join(servers: RedisServer[]): Promise<void> {
  const clients = servers.map((server) => server.client())
  try {
    for (const [index, client] of clients.entries()) {
      await client.cluster('SET-CONFIG-EPOCH', index + 1)
      await client.cluster('ADDSLOTS', ...slotsOf(index, servers.length))
    }
    for (const { host, port } of servers) await clients[0]?.cluster('MEET', host, port)
    for (const client of clients) await eventually('every node knows all slots', () => isWhole(client, servers.length))
  } finally {
    for (const client of clients) client.disconnect()
  }
}

function slotsOf(index: number, masters: number): number[] {
  const [from, to] = [index, index + 1].map((part) => Math.floor((slotCount * part) / masters)) as [number, number]
  return Array.from({ length: to - from }, (_, offset) => from + offset)
}

async function isWhole(client: ReturnType<RedisServer['client']>, masters: number): Promise<boolean> {
  const info = String(await client.cluster('INFO'))
  const slots = await client.cluster('SLOTS')
  return info.includes('cluster_state:ok') && Array.isArray(slots) && slots.length === masters
}
