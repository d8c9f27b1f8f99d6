import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { createClient } from 'redis'
import { redisStore } from '../../lib/stores/redis.js'
import { type RedisServer, startRedis } from '../servers/redis.js'

const entry = () => ({ data: 'data', expires: Date.now() + 60_000 })

describe('redisStore, closing', () => {
  let server: RedisServer
  beforeEach(async () => {
    server = await startRedis()
  })
  afterEach(() => server.stop())

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
})
