import { expect } from 'chai'
import { memoryStore, type SharedSessionOptions, type Store } from 'koa-shared-session'
import { eventually } from '../servers/process.js'
import { FakeClock, type Routes, type Served, withApp } from './served-app.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
  '/out': (ctx) => {
    ctx.session = null
    return 'out'
  },
  '/untouched': () => 'untouched',
}

/** A store that can be made to refuse or to hang. */
function frailStore(): { store: Store; state: { ill: false | 'refuse' | 'hang' } } {
  const state: { ill: false | 'refuse' | 'hang' } = { ill: false }
  const memory = memoryStore()
  const store = { ...memory }
  for (const method of ['read', 'write', 'touch', 'remove', 'check'] as const)
    Reflect.set(store, method, (...args: unknown[]) => {
      if (state.ill === 'refuse')
        return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
      return state.ill ? new Promise(() => undefined) : Reflect.apply(memory[method], memory, args)
    })
  return { store, state }
}

async function withFrail(
  options: SharedSessionOptions,
  work: (served: Served, state: ReturnType<typeof frailStore>['state']) => Promise<void>,
): Promise<void> {
  const { store, state } = frailStore()
  await withApp({ store, storeTimeout: 50, ...options }, routes, (served) => work(served, state))
}

describe('The store is down', () => {
  for (const ill of ['refuse', 'hang'] as const)
    it(`${ill}: 503 with Retry-After and a generic body; the cookie stays; it works again without a restart`, () =>
      withFrail({}, async ({ browser, log, events, errors }, state) => {
        const ada = browser()
        await ada.get('/set')
        const cookie = ada.cookies.get('session')
        state.ill = ill
        for (const path of ['/user', '/untouched', '/user']) {
          const answer = await ada.get(path)
          expect([answer.status, answer.setCookies, answer.headers.get('retry-after')]).to.deep.equal([503, [], '2'])
          expect(answer.body).to.equal('Service Unavailable. Please try again in a few seconds.')
        }
        expect((await browser().get('/user')).status, 'a visitor without a cookie').to.equal(200)
        state.ill = false
        await eventually('it serves again', async () => (await ada.get('/user')).status === 200)
        expect((await ada.get('/user')).body).to.equal('ada')
        expect(ada.cookies.get('session')).to.equal(cookie)
        expect(events.map((each) => each.event)).to.deep.equal(['session:store-down', 'session:store-up'])
        expect([log.at('error').length, log.at('info').length]).to.deep.equal([1, 2])
        expect(
          errors.every((error) => Reflect.get(error, 'expose')),
          'no stack for each request',
        ).to.equal(true)
      }))

  it('anonymous: an empty session that can be read; changing it answers 503', () =>
    withFrail({ onStoreDown: 'anonymous' }, async ({ browser }, state) => {
      const ada = browser()
      await ada.get('/set')
      state.ill = 'refuse'
      expect((await ada.get('/user')).body).to.equal('nobody')
      expect((await ada.get('/set')).status).to.equal(503)
      expect((await ada.get('/user')).setCookies).to.deep.equal([])
      state.ill = false
      expect((await ada.get('/user')).body).to.equal('ada')
    }))

  it('a function decides for each request', () =>
    withFrail(
      { onStoreDown: async (ctx) => (ctx.path === '/user' ? 'anonymous' : 'fail') },
      async ({ browser }, state) => {
        const ada = browser()
        await ada.get('/set')
        state.ill = 'refuse'
        expect((await ada.get('/user')).body).to.equal('nobody')
        expect((await ada.get('/untouched')).status).to.equal(503)
      },
    ))

  for (const policy of ['fail', 'anonymous'] as const)
    it(`a logout that fails says so and clears the cookie (${policy})`, () =>
      withFrail({ onStoreDown: policy }, async ({ browser }, state) => {
        const ada = browser()
        await ada.get('/set')
        if (policy === 'anonymous') state.ill = 'refuse'
        else
          routes['/out-later'] = (ctx) => {
            state.ill = 'refuse'
            ctx.session = null
            return 'out'
          }
        const answer = await ada.get(policy === 'anonymous' ? '/out' : '/out-later')
        expect(answer.status).to.equal(503)
        expect(ada.cookies.size).to.equal(0)
      }))

  it('a request that changes nothing does not fail because its deadline could not be moved', () =>
    withFrail({ rolling: true, lifetime: 10 }, async ({ browser }, state) => {
      const clock = new FakeClock()
      clock.start()
      try {
        routes['/read-then-down'] = (ctx) => {
          state.ill = 'refuse'
          return ctx.session.user
        }
        const ada = browser()
        await ada.get('/set')
        clock.passSeconds(5)
        const answer = await ada.get('/read-then-down')
        expect([answer.status, answer.body]).to.deep.equal([200, 'ada'])
      } finally {
        clock.stop()
      }
    }))

  it('a save() that fails in a handler answers 503, like any other', () =>
    withFrail({}, async ({ browser }, state) => {
      routes['/save'] = async (ctx) => {
        ctx.session.user = 'grace'
        state.ill = 'refuse'
        await ctx.session.save()
        return 'saved'
      }
      const ada = browser()
      await ada.get('/set')
      const answer = await ada.get('/save')
      expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '2'])
    }))

  it('R13b an error of the store is not shown to the client', async () => {
    const store = {
      ...memoryStore(),
      read: () => Promise.reject(Object.assign(new Error('store GET down'), { status: 418, expose: true })),
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const answer = await ada.get('/user')
      expect([answer.status, answer.body]).to.deep.equal([
        503,
        'Service Unavailable. Please try again in a few seconds.',
      ])
    })
  })

  it('R15 the error of the handler is what the client sees, also when its session cannot be stored', () =>
    withFrail({}, async ({ browser, errors }, state) => {
      routes['/throw'] = (ctx) => {
        ctx.session.user = 'changed'
        state.ill = 'refuse'
        ctx.throw(403, 'not yours')
      }
      const ada = browser()
      await ada.get('/set')
      const answer = await ada.get('/throw')
      expect([answer.status, answer.body]).to.deep.equal([403, 'not yours'])
      expect(errors).to.have.length(1)
    }))
})
