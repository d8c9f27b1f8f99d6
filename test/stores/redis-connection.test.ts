import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { Redis } from 'ioredis'
import { redisStore } from '../../lib/stores/redis.js'
import { eventually, freePort } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
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

  it('waits for a slow server longer than by its own limits, where storeTimeout is longer', async () => {
    const store = redisStore({ redis: server.url, storeTimeout: 15_000 })
    await store.check()
    server.pause()
    const answer = store.read('one')
    await sleep(5_500)
    server.resume()
    expect(await answer).to.equal(undefined)
    await store.close()
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
