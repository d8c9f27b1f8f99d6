import { mkdirSync } from 'node:fs'
import { expect } from 'chai'
import { fileStore, redisStore } from 'koa-shared-session'
import { encodeRecord } from '../../lib/core/record.js'
import { newSessionId, storageKey } from '../../lib/core/session-id.js'
import type { Store } from '../../lib/core/store.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { cli } from './run.js'

const day = 86_400_000

interface Shelf {
  store: Store
  /** The options that lead there. */
  place: string[]
}

const shelves: Record<string, (redis: RedisServer) => Promise<Shelf>> = {
  Redis: async (redis) => {
    const client = redis.client()
    await client.flushall()
    client.disconnect()
    return {
      store: redisStore({ redis: redis.url, prefix: 'a*b:' }),
      place: ['--redis', redis.url, '--prefix', 'a*b:'],
    }
  },
  files: async () => {
    const directory = `${freshDirectory()}/sessions`
    return { store: fileStore({ directory }), place: ['--directory', directory] }
  },
}

const json = (words: string[]) => {
  const { code, out, err } = cli([...words, '--json'])
  expect(code, err).to.equal(0)
  return JSON.parse(out)
}

for (const [name, open] of Object.entries(shelves))
  describe(`sessions, on ${name}`, () => {
    let redis: RedisServer
    let shelf: Shelf
    const secrets: string[] = []
    before(async () => {
      redis = await startRedis()
    })
    after(() => redis.stop())
    beforeEach(async () => {
      shelf = await open(redis)
    })
    afterEach(() => shelf.store.close())

    const put = async (
      data: object,
      {
        age = 0,
        idle = 0,
        successor,
        expires = Date.now() + day,
      }: { age?: number; idle?: number; successor?: string; expires?: number } = {},
    ) => {
      const id = newSessionId()
      const key = storageKey(id)
      secrets.push(id, key)
      const record = { created: Date.now() - age, saved: Date.now() - idle, life: day, ownLife: false }
      const text = encodeRecord({ ...record, successor, json: JSON.stringify(data) })
      await shelf.store.write(key, { data: text, expires })
      return key
    }
    const ask = (act: string, ...more: string[]) => json(['sessions', act, ...more, ...shelf.place])

    it('counts what is alive, and nothing else that is kept there', async () => {
      for (let n = 0; n < 1_200; n += 1) await put({ user: `user ${n}` })
      await put({ user: 'gone' }, { expires: Date.now() - 1 })
      await put({ user: 'ada' }, { successor: storageKey(newSessionId()) })
      await shelf.store.write('fleet:app', { data: '{"fleet":{}}', expires: Date.now() + day })
      if (name === 'Redis') {
        const client = redis.client()
        await client.mset('aXb:session', 'not ours', 'a*b:text', 'not ours either')
        await client.lpush('a*b:list', 'x')
        client.disconnect()
      }
      expect(ask('count')).to.deep.equal({ sessions: 1_200 })
      expect(ask('count', '--where', 'user=user 7')).to.deep.equal({ sessions: 1 })
    })

    it('lists ages and sizes; no id, no key, no data', async () => {
      await put({ user: 'ada', note: 'x'.repeat(5_000) }, { age: 3 * day, idle: day })
      const { sessions, more } = ask('list')
      expect(more).to.equal(false)
      expect(sessions).to.have.length(1)
      expect(Object.keys(sessions[0])).to.deep.equal(['handle', 'created', 'saved', 'expires', 'bytes'])
      expect(Date.now() - Date.parse(sessions[0].created)).to.be.within(3 * day, 3 * day + 60_000)
      expect(sessions[0].bytes).to.be.above(5_000)
      const { out } = cli(['sessions', 'list', ...shelf.place])
      expect(out).to.match(
        /^handle +created +saved +expires +size\n[0-9a-f]{12} {2}3 d ago +24 h ago +in 24 h +\d+ B\n$/,
      )
      for (const secret of [...secrets, 'ada', 'xxx']) expect(JSON.stringify(sessions) + out).not.to.include(secret)
    })

    it('lists no more than asked for, and says so', async () => {
      for (let n = 0; n < 3; n += 1) await put({})
      expect(ask('list', '--limit', '2'))
        .to.include({ more: true })
        .and.to.have.nested.property('sessions.length', 2)
      expect(ask('list', '--limit', '3')).to.include({ more: false })
      expect(cli(['sessions', 'list', '--limit', '1', ...shelf.place]).out).to.match(/more than 1: --limit/)
    })

    it('revokes the sessions of one user, wherever the field stands', async () => {
      const kept = await put({ user: 'grace', passport: { user: 43 } })
      const gone = [await put({ user: 'ada' }), await put({ user: 'ada', other: 1 })]
      expect(ask('revoke', '--where', 'user=ada', '--dry-run')).to.deep.equal({ revoked: 2, dryRun: true })
      expect(ask('count')).to.deep.equal({ sessions: 3 })
      expect(ask('revoke', '--where', 'user=ada')).to.deep.equal({ revoked: 2, dryRun: false })
      for (const key of gone) expect(await shelf.store.read(key)).to.equal(undefined)
      expect(await shelf.store.read(kept)).not.to.equal(undefined)
      expect(ask('revoke', '--where', 'passport.user=43')).to.include({ revoked: 1 })
    })

    it('revokes by handle, by age and by idleness', async () => {
      const [old, idle, fresh] = [await put({}, { age: 10 * day }), await put({}, { idle: 2 * day }), await put({})]
      expect(ask('revoke', '--older-than', '9d')).to.include({ revoked: 1 })
      expect(await shelf.store.read(old)).to.equal(undefined)
      expect(ask('revoke', '--idle-for', '47h')).to.include({ revoked: 1 })
      expect(await shelf.store.read(idle)).to.equal(undefined)
      const [{ handle }] = ask('list').sessions
      expect(ask('revoke', handle)).to.include({ revoked: 1 })
      expect(await shelf.store.read(fresh)).to.equal(undefined)
      expect(ask('revoke', handle)).to.include({ revoked: 0 })
    })

    it('revokes a session also under the id that it has just got', async () => {
      const next = await put({ user: 'grace' })
      await put({ user: 'ada' }, { successor: next })
      expect(ask('revoke', '--where', 'user=ada')).to.include({ revoked: 0 })
      expect(await shelf.store.read(next)).to.equal(undefined)
    })

    it('revokes all when told so, and a late write brings nothing back', async () => {
      const key = await put({ user: 'ada' })
      const entry = await shelf.store.read(key)
      await put({ user: 'grace' })
      expect(ask('revoke', '--all')).to.include({ revoked: 2 })
      const late = await shelf.store.write(key, { data: 'late', expires: Date.now() + day }, entry?.version)
      expect(late).to.deep.equal({ gone: true })
      expect(ask('count')).to.deep.equal({ sessions: 0 })
    })

    it('prunes', async () => {
      const expires = Date.now() + 1
      await put({}, { expires })
      await put({})
      await eventually('it has expired', async () => Date.now() > expires)
      expect(ask('prune')).to.deep.equal({ pruned: name === 'files' ? 1 : 0 })
      expect(ask('count')).to.deep.equal({ sessions: 1 })
    })
  })

describe('sessions', () => {
  it('refuses, with 2 and without a stack, what makes no sense', () => {
    const directory = `${freshDirectory()}/sessions`
    mkdirSync(directory, { mode: 0o700 })
    const open = freshDirectory()
    mkdirSync(`${open}/sessions`)
    const cases: [string[], RegExp][] = [
      [[], /needs to be told what to do: count, list, revoke or prune/],
      [['lsit'], /and not "lsit". Did you mean list\?/],
      [['revoke'], /needs to know which/],
      [['revoke', '--all', '--where', 'a=b'], /not both/],
      [['revoke', 'everything'], /"everything" is no handle/],
      [['count', '0123456789ab'], /takes no handles/],
      [['prune', '--all'], /prune takes no --all/],
      [['list', '--older-than', 'a week'], /--older-than is "a week"/],
      [['list', '--limit', '0'], /--limit is "0"; it must be a whole number of sessions from 1/],
      [['list', '--where', 'user'], /--where is "user"; it must be field=value/],
      [['count', '--redis', 'http://x'], /does not begin with redis:/],
      [['count', '--redis', 'redis://x', '--directory', 'y'], /two places/],
      [['count', '--directory', `${open}/sessions`], /open to other users/],
    ]
    for (const [words, says] of cases) {
      const { code, out, err } = cli(['sessions', ...words], { env: { SESSION_FILE_DIR: directory } })
      expect({ code, out }, words.join(' ')).to.deep.equal({ code: 2, out: '' })
      expect(err)
        .to.match(says)
        .and.not.match(/\n\s+at /)
    }
    expect(cli(['sessions', 'count'], { env: { SESSION_STORE: 'cookie' } })).to.include({ code: 2 })
    expect(cli(['sessions', 'count'], { env: { SESSION_STORE: 'mongo' } }).err).to.match(/SESSION_STORE must be one of/)
  })

  it('says that the store does not answer, with 1, and no password', async () => {
    const port = await freePort()
    const { code, err } = cli(['sessions', 'count', '--redis', `redis://:geheim@127.0.0.1:${port}`])
    expect(code).to.equal(1)
    expect(err).to.equal(
      `koa-shared-session: The session store does not answer: connect ECONNREFUSED 127.0.0.1:${port}. koa-shared-session doctor says more.\n`,
    )
    const missing = cli(['sessions', 'count', '--directory', `${freshDirectory()}/none`])
    expect(missing.code).to.equal(1)
    expect(missing.err).to.match(/is missing/)
  })
})
