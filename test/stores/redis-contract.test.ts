import { Redis } from 'ioredis'
import { storeContract } from 'koa-shared-session/store-contract'
import { createClient, createCluster } from 'redis'
import { type RedisConnection, redisStore } from '../../lib/stores/redis.js'
import { type RedisCluster, startCluster } from '../servers/cluster.js'
import { type RedisServer, type RedisServerOptions, startRedis } from '../servers/redis.js'
import { type SentinelGroup, startSentinel } from '../servers/sentinel.js'
import { documentedCommands } from './documented-commands.js'

const password = 'p@ss:w/rd %25'
const appRules = ['on', '>secret', 'resetkeys', '~session:*', 'resetchannels', '-@all', ...documentedCommands()]
const appUser = `user app ${appRules.join(' ')}`

onServer('one server, by address', {}, ({ url }) => url)
onServer('a server with a password', { password }, ({ url }) => url)
onServer('a database of its own', {}, ({ url }) => `${url}/5`)
onServer('TLS', { tls: true }, ({ host, port, ca }) => ({ host, port, ...(ca ? { tls: { ca } } : {}) }))
onServer('a Unix socket, by path', { unixSocket: true }, ({ socket }) => socket)
onServer('a Unix socket, by address', { unixSocket: true, password }, ({ socket }) => socketAddress(socket))
onServer('ioredis options', {}, ({ host, port }) => ({
  host,
  port,
  db: 3,
  keyPrefix: 'app:',
  connectionName: 'sessions',
}))
onServer(
  'an ACL user with the documented commands alone',
  { users: [appUser] },
  ({ host, port }) => `redis://app:secret@${host}:${port}`,
)

describe('redisStore on an ioredis client', () => {
  let server: RedisServer
  let client: Redis
  before(async () => {
    server = await startRedis()
    client = new Redis(server.url)
  })
  after(async () => {
    client.disconnect()
    await server.stop()
  })
  prove('an ioredis Redis', () => client)
})

describe('redisStore on node-redis', () => {
  let server: RedisServer
  let client: ReturnType<typeof createClient>
  before(async () => {
    server = await startRedis()
    client = createClient({ url: server.url })
    await client.connect()
  })
  after(async () => {
    client.destroy()
    await server.stop()
  })
  prove('a node-redis client', () => client)
})

describe('redisStore on Cluster', () => {
  let cluster: RedisCluster
  let viaIoredis: ReturnType<RedisCluster['client']>
  let viaNodeRedis: ReturnType<typeof createCluster>
  before(async function () {
    this.timeout(60_000)
    cluster = await startCluster()
    viaIoredis = cluster.client()
    viaNodeRedis = createCluster({
      rootNodes: cluster.nodes.map(({ host, port }) => ({ url: `redis://${host}:${port}` })),
    })
    await viaNodeRedis.connect()
  })
  after(async () => {
    viaIoredis.disconnect()
    viaNodeRedis.destroy()
    await cluster.stop()
  })
  prove('an ioredis Cluster', () => viaIoredis)
  prove('a node-redis cluster', () => viaNodeRedis)

  describe('as an ACL user with the documented commands alone', () => {
    let viaUser: ReturnType<RedisCluster['client']>
    before(async () => {
      for (const server of cluster.servers) {
        const admin = server.client()
        await admin.acl('SETUSER', 'app', ...appRules, '+info', '+cluster|slots', '+cluster|info')
        admin.disconnect()
      }
      viaUser = cluster.client({ redisOptions: { username: 'app', password: 'secret' } })
    })
    after(() => viaUser.disconnect())
    prove('an ioredis Cluster, as an ACL user', () => viaUser)
  })
})

describe('redisStore behind Sentinel', () => {
  let group: SentinelGroup
  before(async function () {
    this.timeout(60_000)
    group = await startSentinel()
  })
  after(() => group.stop())
  prove('Sentinel', () => group.options)
})

function onServer(what: string, options: RedisServerOptions, redis: (server: RedisServer) => RedisConnection): void {
  describe(`redisStore with ${what}`, () => {
    let server: RedisServer
    before(async () => {
      server = await startRedis(options)
    })
    after(() => server.stop())
    prove(what, () => redis(server))
  })
}

function prove(what: string, redis: () => RedisConnection): void {
  storeContract({ describe, it }, { name: `redisStore with ${what}`, create: () => redisStore({ redis: redis() }) })
}

function socketAddress(path: string): string {
  return `unix://:${encodeURIComponent(password)}@${path}?db=1`
}
