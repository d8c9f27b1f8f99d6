import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { expect } from 'chai'
import type { Redis } from 'ioredis'
import { createClient } from 'redis'
import { redisStore } from '../../lib/stores/redis.js'
import { startCluster } from '../servers/cluster.js'
import { eventually, freePort } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { startSentinel } from '../servers/sentinel.js'
import { failureOf } from './failure-of.js'

const connectionName = 'store-under-test'
const entry = () => ({ data: 'data', expires: Date.now() + 60_000 })

describe('redisStore, its connection', () => {
  let server: RedisServer
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(() => server.stop())

  it('is built while the server is away, fails its commands, and serves once the server is there', async () => {
    const port = await freePort()
    const store = redisStore({ redis: `redis://127.0.0.1:${port}` })
    const failure = await failureOf(store.read('one'))
    expect(failure.cause).to.be.an('error').with.property('message').that.contains('ECONNREFUSED')
    const late = await startRedis({ port })
    try {
      await eventually('the store serves', async () => 'written' in (await store.write('one', entry())))
    } finally {
      await store.close()
      await late.stop()
    }
  })

  it('comes back by itself after the server was restarted', async () => {
    const store = redisStore({ redis: server.url })
    await store.write('one', entry())
    await server.stop()
    await failureOf(store.read('one'))
    const again = await startRedis({ port: server.port })
    try {
      await eventually('the store writes again', async () => 'written' in (await store.write('two', entry())))
    } finally {
      await store.close()
      await again.stop()
    }
  })

  it('fails a command whose reply is lost with the connection, and does not send it again', async () => {
    const store = redisStore({ redis: server.url })
    await store.check()
    server.pause()
    const lost = failureOf(store.write('one', entry()))
    await new Promise((resolve) => setImmediate(resolve))
    await server.stop()
    const again = await startRedis({ port: server.port })
    try {
      await lost
      await eventually('the store serves again', async () => (await store.read('other')) === undefined && 'yes')
      expect(await store.read('one')).to.equal(undefined)
    } finally {
      await store.close()
      await again.stop()
    }
  })

  it('fails a command with the first connection that fails, and keeps it for no other', async () => {
    let connections = 0
    const refusing = createServer((socket) => {
      connections++
      socket.destroy()
    })
    const port = await listen(refusing)
    const store = redisStore({ redis: `redis://127.0.0.1:${port}` })
    await failureOf(store.read('one'))
    expect(connections).to.equal(1)
    await store.close()
    refusing.close()
  })

  it('gives up on a server that stopped answering, and comes back when it answers', async () => {
    const store = redisStore({
      redis: { host: server.host, port: server.port, socketTimeout: 200, commandTimeout: 400 },
    })
    await store.check()
    server.pause()
    await failureOf(store.read('one'))
    server.resume()
    await eventually('the store writes again', async () => 'written' in (await store.write('two', entry())))
    await store.close()
  })

  it('gives up by itself on a server that never answered, by its own limits', async () => {
    server.pause()
    const store = redisStore({ redis: server.url })
    await failureOf(store.check())
    await store.close()
    server.resume()
  })

  it('fails rather than keep sessions in database 0 where it may not have the one it was given', async () => {
    const store = redisStore({ redis: `${server.url}/99` })
    expect((await failureOf(store.write('one', entry()))).cause).to.have.property(
      'message',
      'ERR DB index is out of range',
    )
    await failureOf(store.write('two', entry()))
    await store.close()
    const admin = server.client()
    expect(await admin.dbsize()).to.equal(0)
    admin.disconnect()
  })

  it('refuses commands after close', async () => {
    const store = redisStore({ redis: server.url })
    await store.check()
    await store.close()
    expect((await failureOf(store.read('one'))).message).to.contain('closed')
  })

  it('leaves a client that was handed over open, with its options and listeners as they were', async () => {
    const ioredis = server.client()
    const nodeRedis = createClient({ url: server.url })
    await Promise.all([ioredis.ping(), nodeRedis.connect()])
    const before = {
      options: { ...ioredis.options },
      listeners: [ioredis, nodeRedis].map((client) => client.eventNames().length),
    }
    for (const redis of [ioredis, nodeRedis]) {
      const store = redisStore({ redis })
      await store.write('one', entry())
      await store.close()
    }
    expect([await ioredis.ping(), await nodeRedis.ping()]).to.deep.equal(['PONG', 'PONG'])
    expect({ ...ioredis.options }).to.deep.equal(before.options)
    expect([ioredis, nodeRedis].map((client) => client.eventNames().length)).to.deep.equal(before.listeners)
    ioredis.disconnect()
    nodeRedis.destroy()
  })

  const endings: Record<string, { away?: boolean; paused?: boolean; lines: string }> = {
    'before it was used': { lines: 'await store.close()' },
    'after use': { lines: 'await store.check(); await store.close(); await store.close()' },
    'while the server is away': { away: true, lines: 'await store.check().catch(() => {}); await store.close()' },
    'while the server does not answer': { paused: true, lines: 'store.check().catch(() => {}); await store.close()' },
  }
  for (const [when, { away, paused, lines }] of Object.entries(endings)) {
    it(`lets the process end when closed ${when}`, async () => {
      if (away) await server.stop()
      if (paused) server.pause()
      const module = new URL('../../lib/stores/redis.js', import.meta.url).href
      const code = `import { redisStore } from ${JSON.stringify(module)}
        const store = redisStore({ redis: ${JSON.stringify(server.url)} })
        ${lines}`
      const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        timeout: 15_000,
        encoding: 'utf8',
      })
      expect({ status, signal, stderr }).to.deep.equal({ status: 0, signal: null, stderr: '' })
    })
  }

  it('takes a fresh connection when the server has become read-only, and goes on reading', async () => {
    const admin = server.client()
    const master = await startRedis()
    const store = redisStore({ redis: { host: server.host, port: server.port, connectionName } })
    await store.write('one', entry())
    const firstId = await connectionId(admin)
    await admin.replicaof(master.host, master.port)
    expect((await failureOf(store.write('two', entry()))).message).to.match(/^READONLY/)
    await eventually('another connection serves reads', async () => {
      await store.read('one')
      return (await connectionId(admin)) !== firstId
    })
    await admin.replicaof('NO', 'ONE')
    await eventually('the store writes again', async () => 'written' in (await store.write('two', entry())))
    await store.close()
    admin.disconnect()
    await master.stop()
  })
})

describe('redisStore, when masters change', () => {
  it('goes on with the new master that Sentinel names', async function () {
    this.timeout(90_000)
    const group = await startSentinel()
    const store = redisStore({ redis: group.options })
    try {
      await store.write('one', entry())
      await group.master.stop()
      await failureOf(eventually('never', () => store.check().then(() => undefined), 300))
      await eventually(
        'the store writes to the new master',
        async () => 'written' in (await store.write('two', entry())),
        60_000,
      )
      const replica = group.replica.client()
      expect(await replica.exists('session:two')).to.equal(1)
      replica.disconnect()
    } finally {
      await store.close()
      await group.stop()
    }
  })

  it('checks a Cluster by one PING, and fails the check when no node answers', async function () {
    this.timeout(60_000)
    const cluster = await startCluster()
    const client = cluster.client({ clusterRetryStrategy: () => null, redisOptions: { maxRetriesPerRequest: 0 } })
    const store = redisStore({ redis: client })
    try {
      await store.check()
      await cluster.stop()
      await failureOf(store.check())
    } finally {
      client.disconnect()
      await cluster.stop()
    }
  })
})

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}

async function connectionId(admin: Redis): Promise<string | undefined> {
  const clients = String(await admin.client('LIST')).split('\n')
  const own = clients.find((line) => line.includes(` name=${connectionName} `))
  return /^id=(\d+)/.exec(own ?? '')?.[1]
}
