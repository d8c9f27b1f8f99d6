import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { type Frailty, frailStore } from './frail-store.js'
import { type Routes, type Served, withApp } from './served-app.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.views = (ctx.session.views ?? 0) + 1
    return 'set'
  },
  '/views': (ctx) => ctx.session.views ?? 'nobody',
}

async function withFrail(work: (served: Served, state: Frailty) => Promise<void>): Promise<void> {
  const { store, state } = frailStore()
  await withApp({ store, storeTimeout: 50 }, routes, (served) => work(served, state))
}

/** Browsers with a session, and the storage key that the store was asked for by the first of them. */
async function visitors({ browser }: Served, state: Frailty, count: number) {
  const all = Array.from({ length: count }, () => browser())
  for (const each of all) await each.get('/set')
  const keys: string[] = []
  state.ill = (method, key) => {
    if (method === 'read') keys.push(key)
    return false
  }
  await all[0]?.get('/views')
  state.ill = false
  return { all, key: keys[0] ?? expect.fail('nothing was read') }
}

const storeEvents = ({ events }: Served) => events.map(({ event }) => event).filter((event) => event.includes('store'))

describe('The store is ill in parts', () => {
  it('one session that cannot be read is down for its visitor alone: one line, no outage', () =>
    withFrail(async (served, state) => {
      const { all, key } = await visitors(served, state, 2)
      const [ada, grace] = all
      state.ill = (_method, asked) => (asked === key ? 'refuse' : false)
      for (let round = 0; round < 5; round += 1) {
        for (let request = 0; request < 3; request += 1) {
          const answer = await ada?.get('/views')
          expect([answer?.status, answer?.setCookies]).to.deep.equal([503, []])
        }
        expect((await grace?.get('/views'))?.status).to.equal(200)
      }
      expect(storeEvents(served)).to.deep.equal([])
      expect(served.log.at('error').join()).to.match(
        /failed, while the store answers others: connect ECONNREFUSED\. The/,
      )
      expect(served.log.at('error')).to.have.length(1)
      await served.sessions.check()
    }))

  it('a check that fails, however often, keeps no reader away', () =>
    withFrail(async (served, state) => {
      const { all } = await visitors(served, state, 1)
      state.ill = (method) => (method === 'read' ? false : 'refuse')
      for (let round = 0; round < 6; round += 1) {
        const failure = await served.sessions.check().catch((error) => error)
        expect(failure?.code).to.equal('SESSION_STORE_DOWN')
        expect((await all[0]?.get('/views'))?.status).to.equal(200)
      }
      expect(storeEvents(served)).to.deep.equal([])
    }))

  it('a server that is there and refuses every session is down once, and says so to check()', () =>
    withFrail(async (served, state) => {
      const { all } = await visitors(served, state, 1)
      state.ill = (method) => (method === 'check' ? false : 'refuse')
      const asked = state.reads
      await eventually('it was looked after several times', async () => {
        expect((await all[0]?.get('/views'))?.status).to.equal(503)
        return state.reads > asked + 20
      })
      expect(storeEvents(served)).to.deep.equal(['session:store-down'])
      expect(served.log.at('error')).to.have.length(1)
      expect(await served.sessions.check().catch((error) => error.code)).to.equal('SESSION_STORE_DOWN')
      state.ill = false
      await eventually('it serves again', async () => (await all[0]?.get('/views'))?.status === 200)
      expect(storeEvents(served)).to.deep.equal(['session:store-down', 'session:store-up'])
    }))

  it('writes that hang keep no reader away, and are not all waited for', () =>
    withFrail(async (served, state) => {
      const { all } = await visitors(served, state, 6)
      const [reader, ...writers] = all
      state.ill = (method) => (method === 'read' || method === 'check' ? false : 'hang')
      await Promise.all(writers.map((each) => each.get('/set')))
      await eventually('it is told', async () => storeEvents(served).length > 0)
      const writes = state.writes
      for (const writer of writers) {
        expect((await writer.get('/set')).status).to.equal(503)
        expect((await reader?.get('/views'))?.status).to.equal(200)
      }
      expect(state.writes - writes, 'writes that were tried').to.be.below(writers.length)
      await served.sessions.check()
      expect(served.log.at('error').join()).to.include('takes no writes: it did not answer')
      state.ill = false
      await eventually('it writes again', async () => (await writers[0]?.get('/set'))?.status === 200)
      expect(storeEvents(served)).to.deep.equal(['session:store-down', 'session:store-up'])
    }))

  it('where a node of several is gone, its sessions fail and all others are served: one line, no outage', () =>
    withFrail(async (served, state) => {
      const { all, key } = await visitors(served, state, 8)
      const gone = (asked: string) => asked[0] === key[0]
      state.ill = (_method, asked) => (gone(asked) ? 'hang' : false)
      const statuses: (number | undefined)[] = []
      for (let round = 0; round < 4; round += 1)
        for (const each of all) statuses.push((await each.get('/views')).status)
      expect(new Set(statuses.filter((_status, index) => index % all.length === 0))).to.deep.equal(new Set([503]))
      expect(statuses.filter((status) => status === 200)).to.have.length.above(statuses.length / 2)
      expect(storeEvents(served)).to.deep.equal([])
      expect(served.log.at('error')).to.have.length(1)
    }))
})

describe('A Redis that cannot save its snapshot (MISCONF)', () => {
  it('takes no writes and not even PING; readers are served, and check() keeps the app in service for them', async () => {
    const redis = await startRedis()
    try {
      await withApp({ store: 'redis', redis: redis.url }, routes, async (served) => {
        const ada = served.browser()
        await ada.get('/set')
        await failToSave(redis)
        expect((await ada.get('/set')).status).to.equal(503)
        expect((await ada.get('/views')).body).to.equal('1')
        await served.sessions.check()
      })
    } finally {
      await redis.stop()
    }
  })
})

/** A directory stands where the snapshot goes, so that root fails too. */
async function failToSave(redis: RedisServer): Promise<void> {
  mkdirSync(join(redis.directory, 'dump.rdb'))
  const client = redis.client()
  await client.config('SET', 'save', '3600 1')
  await client.bgsave()
  await eventually('a snapshot failed', async () =>
    (await client.info('persistence')).includes('rdb_last_bgsave_status:err'),
  )
  client.disconnect()
}
