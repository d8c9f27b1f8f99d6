import { expect } from 'chai'
import type { Context } from 'koa'
import { redisStore, type SharedSessionOptions } from 'koa-shared-session'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { type Frailty, frailStore } from './frail-store.js'
import { type Routes, type Served, withApp } from './served-app.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
}

const refusal = [503, '2', 'Service Unavailable. Please try again in a few seconds.'] as const

/** Logs out and begins a new session, in the ways a handler can. */
const changesOfUser: Routes = {
  'stored at the end': (ctx) => {
    ctx.session = null
    ctx.session = { user: 'grace' }
    return 'in'
  },
  'by a save()': async (ctx) => {
    ctx.session = null
    ctx.session = { user: 'grace' }
    await ctx.session.save()
    return 'in'
  },
  'by a save() that nobody awaits': (ctx) => {
    ctx.session = null
    ctx.session = { user: 'grace' }
    void ctx.session.save()
    return 'in'
  },
  'behind an error of the handler': (ctx) => {
    ctx.session = null
    ctx.session = { user: 'grace' }
    ctx.throw(503, refusal[2], { expose: true, headers: { 'Retry-After': '2' } })
  },
}

type Work = (served: Served, state: Frailty) => Promise<void>

function withFrail(options: SharedSessionOptions, more: Routes, work: Work): Promise<void> {
  const { store, state } = frailStore()
  const all = { ...routes, ...more }
  return withApp({ store, storeTimeout: 50, ...options }, all, (served) => work(served, state))
}

describe('One line for each change of state, however many requests an outage meets', () => {
  const failing: Record<string, (ctx: Context) => unknown> = {
    'the handler fails': (ctx) => ctx.throw(403, 'not yours'),
    'the app answers by itself': (ctx) => {
      ctx.respond = false
      ctx.res.statusCode = 403
      setImmediate(() => setImmediate(() => ctx.res.end('not yours')))
    },
  }
  for (const [when, answer] of Object.entries(failing))
    it(`R62 ${when}: no line of its own, and an event for each change that is lost`, () =>
      withFrail(
        {},
        {
          '/change': (ctx) => {
            ctx.session.user = 'changed'
            return answer(ctx)
          },
        },
        async ({ browser, log, events }, state) => {
          const ada = browser()
          await ada.get('/set')
          state.ill = 'refuse writes'
          for (let count = 0; count < 3; count += 1) expect((await ada.get('/change')).body).to.equal('not yours')
          expect(log.at('error')).to.have.length(1)
          expect(events.map(({ event }) => event).sort()).to.deep.equal([
            ...Array(3).fill('session:dropped'),
            'session:store-down',
          ])
        },
      ))
})

describe('An onStoreDown that decides nothing', () => {
  const secret = 'hunter2hunter2hunter2hunter2hunter2'
  const functions: Record<string, unknown> = {
    throws: () => {
      throw new Error(`no decision for ${secret}`)
    },
    rejects: () => Promise.reject(new Error(`no decision for ${secret}`)),
    'answers something else': () => true,
    'answers nothing': async () => undefined,
  }
  for (const [what, onStoreDown] of Object.entries(functions))
    it(`R14 ${what}: 503 as with 'fail', said once`, () =>
      withFrail(
        { onStoreDown: onStoreDown as 'fail' },
        {
          '/change': (ctx) => {
            ctx.session.user = 'changed'
            return 'changed'
          },
        },
        async ({ browser, log }, state) => {
          const ada = browser()
          await ada.get('/set')
          for (const [ill, path] of [
            ['refuse writes', '/change'],
            ['refuse', '/user'],
            ['refuse', '/user'],
          ] as const) {
            state.ill = ill
            const { status, body, headers, setCookies } = await ada.get(path)
            expect([status, headers.get('retry-after'), body]).to.deep.equal(refusal)
            expect(setCookies).to.deep.equal([])
          }
          const lines = log.at('error').filter((line) => line.includes('options.onStoreDown'))
          expect(lines, lines.join('\n')).to.have.length(1)
          expect(lines.join()).not.to.include(secret)
        },
      ))
})

for (const onStoreDown of ['fail', 'anonymous'] as const) {
  describe(`A change of user that cannot be stored, '${onStoreDown}'`, () => {
    let redis: RedisServer
    before(async () => {
      redis = await startRedis()
    })
    after(() => redis.stop())

    for (const [how, change] of Object.entries(changesOfUser))
      it(`R14 S4 a full Redis, ${how}: 503, the cookie is cleared, and the old session has ended`, async () => {
        const admin = redis.client()
        const store = redisStore({ redis: redis.url })
        try {
          await withApp({ store, onStoreDown }, { ...routes, '/change': change }, async ({ browser }) => {
            const ada = browser()
            await ada.get('/set')
            const copy = ada.copy()
            await admin.config('SET', 'maxmemory', '1')
            const { status, body, headers } = await ada.get('/change')
            expect([status, headers.get('retry-after'), body]).to.deep.equal(refusal)
            expect(ada.cookies.size).to.equal(0)
            expect((await copy.get('/user')).body).to.equal('nobody')
          })
        } finally {
          await admin.config('SET', 'maxmemory', '0')
          admin.disconnect()
        }
      })

    for (const [how, change] of Object.entries(changesOfUser))
      it(`R14 S4 a store that takes no writes at all, ${how}: 503, and the cookie is cleared`, () =>
        withFrail({ onStoreDown }, { '/change': change }, async ({ browser }, state) => {
          const ada = browser()
          await ada.get('/set')
          state.ill = 'refuse writes'
          const { status, body, headers } = await ada.get('/change')
          expect([status, headers.get('retry-after'), body]).to.deep.equal(refusal)
          expect(ada.cookies.size).to.equal(0)
        }))
  })
}

it("R14 S4 a change of user while nothing can be read, 'anonymous': 503, and the cookie is cleared", () =>
  withFrail(
    { onStoreDown: 'anonymous' },
    { '/change': changesOfUser['stored at the end'] ?? (() => undefined) },
    async ({ browser }, state) => {
      const ada = browser()
      await ada.get('/set')
      state.ill = 'refuse'
      expect((await ada.get('/change')).status).to.equal(503)
      expect(ada.cookies.size).to.equal(0)
    },
  ))
