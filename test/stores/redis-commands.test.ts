import { expect } from 'chai'
import { Redis } from 'ioredis'
import { createClient, RESP_TYPES } from 'redis'
import { type RedisConnection, redisStore } from '../../lib/stores/redis.js'
import { commandsOf } from '../bench/redis-commands.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { documentedCommands } from './documented-commands.js'

describe('redisStore, what it sends', () => {
  let server: RedisServer
  let admin: Redis
  const expires = () => Date.now() + 60_000

  before(async () => {
    server = await startRedis()
    admin = server.client()
  })
  beforeEach(() => admin.flushall())
  after(async () => {
    admin.disconnect()
    await server.stop()
  })

  it('reads by one GET, writes and touches by one EVALSHA, removes by one UNLINK, checks by one PING', async () => {
    const store = redisStore({ redis: server.url })
    await warm(store)
    const seen = { version: '' }
    const act = async (work: () => Promise<unknown>) => commandsOf(admin, work)
    try {
      expect(await act(() => store.read('one'))).to.deep.equal(['get'])
      expect(
        await act(async () =>
          Object.assign(seen, versionIn(await store.write('one', { data: 'x', expires: expires() }))),
        ),
      ).to.deep.equal(['evalsha'])
      expect(await act(() => store.read('one'))).to.deep.equal(['get'])
      expect(await act(() => store.touch('one', expires(), seen.version))).to.deep.equal(['evalsha'])
      expect(await act(() => store.write('one', { data: 'y', expires: expires() }, seen.version))).to.deep.equal([
        'evalsha',
      ])
      expect(await act(() => store.write('one', { data: 'z', expires: expires() }, seen.version))).to.deep.equal([
        'evalsha',
      ])
      expect(await act(() => store.remove('one'))).to.deep.equal(['unlink'])
      expect(await act(() => store.check())).to.deep.equal(['ping'])
    } finally {
      await store.close()
    }
  })

  it('sets up its connection by HELLO alone', async () => {
    const store = redisStore({ redis: server.url })
    const commands = await commandsOf(admin, async () => store.check())
    await store.close()
    expect(commands).to.deep.equal(['hello', 'ping'])
  })

  const clients: Record<string, () => Promise<{ redis: RedisConnection; end(): void }>> = {
    'a client of its own': async () => ({ redis: server.url, end() {} }),
    ioredis: async () => {
      const redis = new Redis(server.url)
      return { redis, end: () => redis.disconnect() }
    },
    'ioredis that answers numbers as text': async () => {
      const redis = new Redis(server.url, { stringNumbers: true, protocol: 2 })
      return { redis, end: () => redis.disconnect() }
    },
    'node-redis': async () => {
      const redis = createClient({ url: server.url })
      await redis.connect()
      return { redis, end: () => redis.destroy() }
    },
    'node-redis that answers with buffers': async () => {
      const redis = createClient({ url: server.url, RESP: 2 }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
      await redis.connect()
      return { redis: redis as unknown as RedisConnection, end: () => redis.destroy() }
    },
  }
  for (const [what, open] of Object.entries(clients)) {
    it(`goes on when the server forgets its scripts (${what})`, async () => {
      const { redis, end } = await open()
      const store = redisStore({ redis })
      try {
        const first = versionIn(await store.write('one', { data: 'é', expires: expires() }))
        await admin.script('FLUSH')
        expect(await store.touch('one', expires(), first.version)).to.equal(true)
        await admin.script('FLUSH')
        const second = versionIn(await store.write('one', { data: 'é 🦊', expires: expires() }, first.version))
        expect(await store.read('one')).to.include({ data: 'é 🦊', version: second.version })
        expect(await store.write('one', { data: 'late', expires: expires() }, first.version)).to.have.nested.property(
          'conflict.data',
          'é 🦊',
        )
      } finally {
        await store.close()
        end()
      }
    })
  }

  it('needs every command that its docstring lists', async () => {
    const needless: string[] = []
    for (const left of documentedCommands()) if (await servesWithout(left)) needless.push(left)
    expect(needless).to.deep.equal([])
  })

  async function servesWithout(left: string): Promise<boolean> {
    const rules = documentedCommands().filter((rule) => rule !== left)
    await admin.acl('SETUSER', 'app', 'reset', 'on', '>secret', '~session:*', ...rules)
    await admin.flushall()
    await admin.script('FLUSH')
    const store = redisStore({ redis: { host: server.host, port: server.port, username: 'app', password: 'secret' } })
    try {
      await warm(store)
      return true
    } catch (error) {
      expect(String(error)).to.match(/NOPERM|permission|can't run this command/)
      return false
    } finally {
      await store.close()
    }
  }

  async function warm(store: ReturnType<typeof redisStore>): Promise<void> {
    const { version } = versionIn(await store.write('warm', { data: 'x', expires: expires() }))
    await store.touch('warm', expires(), version)
    await store.write('warm', { data: 'y', expires: expires() })
    await store.write('warm', { data: 'y', expires: expires() }, version)
    await store.read('warm')
    await store.remove('warm')
    await store.check()
  }
})

function versionIn(outcome: object): { version: string } {
  if ('written' in outcome) return { version: String(outcome.written) }
  throw new Error(`not written: ${Object.keys(outcome).join()}`)
}
