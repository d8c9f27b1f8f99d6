import { Readable } from 'node:stream'
import { expect } from 'chai'
import { fileStore, memoryStore, type SharedSessionOptions } from 'koa-shared-session'
import { eventually, freshDirectory } from '../servers/process.js'
import { type Frailty, frailStore } from './frail-store.js'
import { FakeClock, Gate, type Routes, type Served, withApp } from './served-app.js'

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

async function withFrail(
  options: SharedSessionOptions,
  work: (served: Served, state: Frailty) => Promise<void>,
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

  it('recovers by itself from a second outage too', () =>
    withFrail({}, async ({ browser }, state) => {
      const ada = browser()
      await ada.get('/set')
      for (const requests of [1, 4]) {
        state.ill = 'hang'
        for (let count = 0; count < requests; count += 1) expect((await ada.get('/user')).status).to.equal(503)
        state.ill = false
        await eventually('it serves again', async () => (await ada.get('/user')).status === 200)
      }
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
      await eventually('it serves again', async () => (await ada.get('/user')).body === 'ada')
      expect((await ada.get('/user')).body).to.equal('ada')
    }))

  it('anonymous: regenerate() and a lifetime, which a logout may be made of, answer 503', () =>
    withFrail({ onStoreDown: 'anonymous' }, async ({ browser }, state) => {
      routes['/regenerate'] = async (ctx) => {
        await ctx.session.regenerate()
        return 'done'
      }
      routes['/max-age'] = (ctx) => {
        ctx.session.maxAge = 60_000
        return 'done'
      }
      const ada = browser()
      await ada.get('/set')
      state.ill = 'refuse'
      for (const path of ['/regenerate', '/max-age']) expect((await ada.get(path)).status, path).to.equal(503)
    }))

  it('R13b what a handler hears of the store has a status, and nothing of the inside in its message', () =>
    withFrail({}, async ({ browser }, state) => {
      for (const act of ['save', 'regenerate', 'update']) {
        state.ill = false
        const ada = browser()
        await ada.get('/set')
        routes[`/${act}-heard`] = async (ctx) => {
          ctx.session.user = 'grace'
          state.ill = 'refuse writes'
          const done =
            act === 'update'
              ? ctx.session.update(() => undefined)
              : act === 'save'
                ? ctx.session.save()
                : ctx.session.regenerate()
          const failure = await done.then(
            () => new Error('stored'),
            (error: Error) => error,
          )
          state.ill = false
          return `${Reflect.get(failure, 'status')} ${failure.message}`
        }
        const words = '503 Service Unavailable. Please try again in a few seconds.'
        expect((await ada.get(`/${act}-heard`)).body, act).to.equal(words)
      }
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

  it('S27 requests of one session that wait for each other do not wait one after the other in vain', () =>
    withFrail({}, async ({ browser }, state) => {
      const [arrived, go] = [[] as Gate[], new Gate()]
      routes['/wait'] = async (ctx) => {
        ctx.session.views = arrived.length
        arrived.shift()?.open()
        await go.opened
        return 'written'
      }
      const ada = browser()
      await ada.get('/set')
      const gates = Array.from({ length: 8 }, () => new Gate())
      arrived.push(...gates)
      const answers = gates.map(() => ada.copy().get('/wait'))
      await Promise.all(gates.map((gate) => gate.opened))
      state.ill = 'hang'
      state.writes = 0
      go.open()
      expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal(Array(8).fill(503))
      expect(state.writes).to.equal(1)
    }))

  it('S27 a busy process does not take its own pause for an outage', () => {
    const directory = `${freshDirectory()}/sessions`
    return withApp({ store: fileStore({ directory }), storeTimeout: 250 }, routes, async ({ browser, events }) => {
      routes['/busy'] = () => {
        const until = performance.now() + 1000
        while (performance.now() < until);
        return 'busy'
      }
      const ada = browser()
      await ada.get('/set')
      const answers = await Promise.all([ada.get('/user'), browser().get('/busy'), ada.get('/user'), ada.get('/user')])
      expect(answers.map(({ body }) => body)).to.deep.equal(['ada', 'busy', 'ada', 'ada'])
      expect(events).to.deep.equal([])
    })
  })

  it('R14 where onStoreDown is anonymous, an answer stands whose change could not be stored, with an event', () =>
    withFrail({ onStoreDown: 'anonymous' }, async ({ browser, events }, state) => {
      routes['/change-then-down'] = (ctx) => {
        ctx.session.user = 'grace'
        state.ill = 'refuse'
        return 'done'
      }
      const ada = browser()
      await ada.get('/set')
      const answer = await ada.get('/change-then-down')
      expect([answer.status, answer.body, answer.setCookies]).to.deep.equal([200, 'done', []])
      expect(events.at(-1)?.event).to.equal('session:dropped')
    }))

  it('a store that hangs in the middle of an event stream ends the stream as usual', () =>
    withFrail({}, async ({ browser, log }, state) => {
      routes['/events'] = (ctx) => {
        ctx.session.user = 'grace'
        ctx.status = 200
        ctx.type = 'text/event-stream'
        ctx.flushHeaders()
        state.ill = 'hang'
        return Readable.from(['data: 1\n\n'])
      }
      const ada = browser()
      await ada.get('/set')
      const answer = await ada.get('/events')
      expect([answer.status, answer.body]).to.deep.equal([200, 'data: 1\n\n'])
      await eventually('it is told', async () => log.at('error').length > 0)
      expect(log.at('error').join()).to.include('does not serve: it did not answer')
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
