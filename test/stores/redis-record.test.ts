import { expect } from 'chai'
import type { Redis } from 'ioredis'
import { encode } from '../../lib/stores/redis/record.js'
import { writeScript } from '../../lib/stores/redis/scripts.js'
import { redisStore } from '../../lib/stores/redis.js'
import { versionSource } from '../../lib/stores/version.js'
import { type RedisServer, startRedis } from '../servers/redis.js'

describe('redisStore, what is stored', () => {
  let server: RedisServer
  let admin: Redis
  let store: ReturnType<typeof redisStore>

  before(async () => {
    server = await startRedis()
    admin = server.client()
    store = redisStore({ redis: server.url })
  })
  beforeEach(() => admin.flushall())
  after(async () => {
    await store.close()
    admin.disconnect()
    await server.stop()
  })

  const create = async (key: string, data: string, expires = Date.now() + 60_000) => {
    const outcome = await store.write(key, { data, expires })
    if (!('written' in outcome)) throw new Error('not created')
    return outcome.written
  }

  it('says its kind', () => expect(store.kind).to.equal('redis'))

  it('keeps one string per session at prefix + key: deadline, version, data', async () => {
    const expires = Date.now() + 60_000
    const version = await create('one', 'é 🦊', expires)
    expect(await admin.keys('*')).to.deep.equal(['session:one'])
    expect(await admin.get('session:one')).to.equal(`${expires}${version}é 🦊`)
  })

  it('honours the prefix, so that two apps share a server', async () => {
    const other = redisStore({ redis: server.url, prefix: 'other:' })
    await other.write('one', { data: 'theirs', expires: Date.now() + 60_000 })
    await create('one', 'ours')
    expect((await admin.keys('*')).sort()).to.deep.equal(['other:one', 'session:one'])
    expect((await other.read('one'))?.data).to.equal('theirs')
    await other.remove('one')
    await other.close()
    expect((await store.read('one'))?.data).to.equal('ours')
  })

  it('lets Redis end the session at its deadline, by write, replacement and touch', async () => {
    const expires = Date.now() + 3_600_000
    const deadline = () => admin.call('PEXPIRETIME', 'session:one')
    const seen = await create('one', 'data', expires)
    expect(await deadline()).to.equal(expires)
    await store.touch('one', expires + 1_000, seen)
    expect(await deadline()).to.equal(expires + 1_000)
    await store.write('one', { data: 'data', expires: expires + 2_000 }, seen)
    expect(await deadline()).to.equal(expires + 2_000)
  })

  it('touches the deadline alone: every byte behind it stays', async () => {
    const data = '0123456789 é 🦊 {"expires":1}'
    const seen = await create('one', data)
    const before = await admin.getrange('session:one', 13, -1)
    await store.touch('one', Date.now() + 90_000, seen)
    expect(await admin.getrange('session:one', 13, -1)).to.equal(before)
  })

  it('keeps nothing of a session whose deadline has passed', async () => {
    await create('one', 'data', Date.now() - 1)
    await create('two', 'data', -5)
    const seen = await create('three', 'data')
    await store.touch('three', 0, seen)
    expect(await admin.dbsize()).to.equal(0)
  })

  it('takes deadlines of any number', async () => {
    for (const expires of [Number.POSITIVE_INFINITY, 1e15, Date.now() + 60_000.7]) {
      await create(`until ${expires}`, 'data', expires)
      expect((await store.read(`until ${expires}`))?.data).to.equal('data')
    }
    await create('never', 'data', Number.NaN)
    expect(await store.read('never')).to.equal(undefined)
  })

  it('reads the time through Date too, so that a clock set ahead ends sessions', async () => {
    const realNow = Date.now
    const seen = await create('one', 'data', realNow() + 60_000)
    try {
      Date.now = () => realNow() + 60_001
      expect(await store.read('one')).to.equal(undefined)
      expect(await store.touch('one', realNow() + 200_000, seen)).to.equal(false)
      expect(await store.write('one', { data: 'late', expires: realNow() + 200_000 }, seen)).to.deep.equal({
        gone: true,
      })
      await create('one', 'again', realNow() + 200_000)
      expect((await store.read('one'))?.data).to.equal('again')
    } finally {
      Date.now = realNow
    }
  })

  it('answers written to a write that is repeated because its reply was lost', async () => {
    const nextVersion = versionSource()
    const expires = Date.now() + 60_000
    const write = (version: string, ...seen: string[]) =>
      admin.eval(
        writeScript.lua,
        1,
        'session:one',
        String(Date.now()),
        encode({ data: version, expires }, version),
        ...seen,
      )
    const [first, second] = [nextVersion(), nextVersion()]
    expect([await write(first), await write(first)]).to.deep.equal([1, 1])
    expect([await write(second, first), await write(second, first)]).to.deep.equal([1, 1])
    expect((await store.read('one'))?.version).to.equal(second)
    expect(await write(first)).to.be.a('string')
  })

  const version = versionSource()()
  const foreign: Record<string, (key: string) => Promise<unknown>> = {
    'an empty string': (key) => admin.set(key, ''),
    'JSON of another library': (key) =>
      admin.set(key, JSON.stringify({ cookie: {}, user: 1, padding: 'x'.repeat(50) })),
    'a torn value': (key) => admin.set(key, encode({ data: '', expires: Date.now() + 60_000 }, version).slice(0, -1)),
    'a deadline that is no number': (key) => admin.set(key, `12345678901x${version}data`),
    'a long number': (key) => admin.set(key, '9'.repeat(60)),
    'bytes that are no text': (key) => admin.set(key, Buffer.alloc(60, 0xff)),
    'a number': (key) => admin.set(key, 7),
    'a list': (key) => admin.rpush(key, 'a'),
    'a hash': (key) => admin.hset(key, 'field', 'a'),
  }
  for (const [what, plant] of Object.entries(foreign)) {
    it(`treats ${what} as nothing there: not read, not replaced, not touched, created over`, async () => {
      const entry = { data: 'ours', expires: Date.now() + 60_000 }
      await plant('session:one')
      expect(await store.read('one')).to.equal(undefined)
      for (const seen of [version, '', '9'.repeat(25)]) {
        expect(await store.write('one', entry, seen)).to.deep.equal({ gone: true })
        expect(await store.touch('one', entry.expires, seen)).to.equal(false)
      }
      const written = await create('one', entry.data, entry.expires)
      expect(await store.read('one')).to.deep.equal({ ...entry, version: written })
      expect(await admin.pttl('session:one')).to.be.greaterThan(0)
    })
  }

  it('removes a key of another type without an error', async () => {
    await admin.rpush('session:one', 'a')
    await store.remove('one')
    expect(await admin.exists('session:one')).to.equal(0)
  })
})
