import { expect } from 'chai'
import type { Context } from 'koa'
import type { SharedSessionOptions } from 'koa-shared-session'
import { type Frailty, frailStore } from './frail-store.js'
import { type Routes, type Served, withApp } from './served-app.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/all': (ctx) => ctx.session.toJSON(),
}

const count = (fields: { views?: number }) => {
  fields.views = (fields.views ?? 0) + 1
}

function withFrail(
  handler: (ctx: Context, state: Frailty) => unknown,
  work: (served: Served, state: Frailty) => Promise<void>,
  options: SharedSessionOptions = {},
): Promise<void> {
  const { store, state } = frailStore()
  const all = { ...routes, '/': (ctx: Context) => handler(ctx, state) }
  return withApp({ store, storeTimeout: 200, ...options }, all, (served) => work(served, state))
}

const unhandled: unknown[] = []
const note = (error: unknown) => unhandled.push(error)

describe('What a handler does to its session and does not wait for', () => {
  before(() => process.on('unhandledRejection', note))
  after(() => {
    process.off('unhandledRejection', note)
    expect(unhandled).to.deep.equal([])
  })

  /** What is asked of the session when the store has gone. */
  const works: Record<string, (ctx: Context) => Promise<void>> = {
    'update()': (ctx) => ctx.session.update(count),
    'save()': (ctx) => {
      ctx.session.views = 1
      return ctx.session.save()
    },
    'regenerate()': (ctx) => ctx.session.regenerate(),
  }
  for (const [what, work] of Object.entries(works)) {
    const begun = (ctx: Context, state: Frailty) => {
      state.ill = 'refuse writes'
      return work(ctx)
    }
    for (const visitor of ['a session', 'a new session'] as const) {
      if (what === 'regenerate()' && visitor === 'a new session') continue

      it(`R14 ${what} on ${visitor} fails: 503 with Retry-After, no cookie, and no line of its own`, () =>
        withFrail(
          (ctx, state) => {
            void begun(ctx, state)
            return 'done'
          },
          async ({ browser, log }) => {
            const ada = browser()
            if (visitor === 'a session') await ada.get('/set')
            const { status, headers, setCookies } = await ada.get('/')
            expect([status, headers.get('retry-after'), setCookies]).to.deep.equal([503, '2', []])
            expect(log.at('error')).to.have.length(1)
          },
        ))
    }

    it(`R14 ${what} fails where onStoreDown is anonymous: the answer stands, with an event`, () =>
      withFrail(
        (ctx, state) => {
          void begun(ctx, state)
          return 'done'
        },
        async ({ browser, events }) => {
          const ada = browser()
          await ada.get('/set')
          const { status, body } = await ada.get('/')
          expect([status, body]).to.deep.equal([200, 'done'])
          expect(events.at(-1)?.event).to.equal('session:dropped')
        },
        { onStoreDown: 'anonymous' },
      ))
  }

  it('a failed update() that the handler has heard of is the affair of the handler, also when it asks late', () =>
    withFrail(
      async (ctx, state) => {
        state.ill = 'refuse writes'
        const early = ctx.session.update(count).catch(() => 'heard')
        const late = ctx.session.update(count)
        await early
        await new Promise(setImmediate)
        return late.catch(() => early)
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const { status, body } = await ada.get('/')
        expect([status, body]).to.deep.equal([200, 'heard'])
      },
    ))

  it('a function of update() that throws is told to the app, as an error of the handler is', () =>
    withFrail(
      (ctx) => {
        void ctx.session.update(() => {
          throw new Error('wrong in the function')
        })
        return 'done'
      },
      async ({ browser, errors }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/')).status).to.equal(500)
        expect(errors.map(({ message }) => message)).to.deep.equal(['wrong in the function'])
      },
    ))

  it('a save() that failed and went well at the end is no failure', () =>
    withFrail(
      async (ctx, state) => {
        ctx.session.views = 1
        state.ill = 'refuse writes'
        void ctx.session.save()
        for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
        state.ill = false
        return 'done'
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/')).status).to.equal(200)
        expect((await ada.get('/all')).body).to.equal('{"user":"ada","views":1}')
      },
    ))
})

describe('A function that would wait for itself', () => {
  const members: Record<string, (ctx: Context) => Promise<void>> = {
    save: (ctx) => ctx.session.save(),
    regenerate: (ctx) => ctx.session.regenerate(),
    update: (ctx) => ctx.session.update(count),
  }
  const refused = async (work: () => Promise<void>) =>
    work().then(
      () => 'no error',
      (error) => `${error.code} ${/inside the function of an update\(\)/.test(error.message)}`,
    )

  for (const [name, member] of Object.entries(members)) {
    for (const visitor of ['a session', 'a new session'] as const)
      it(`${name}() awaited inside update() on ${visitor}: a coded error at once, and update() goes on`, () =>
        withFrail(
          async (ctx) => {
            let said = ''
            await ctx.session.update(async (fields) => {
              await new Promise(setImmediate)
              said = await refused(() => member(ctx))
              fields.a = 1
            })
            return said
          },
          async ({ browser }) => {
            const ada = browser()
            if (visitor === 'a session') await ada.get('/set')
            expect((await ada.get('/')).body).to.equal('SESSION_UNAVAILABLE true')
            expect(JSON.parse((await ada.get('/all')).body).a).to.equal(1)
          },
        ))

    it(`${name}() awaited inside beforeSave(): a coded error at once`, () => {
      let said = ''
      return withFrail(
        (ctx) => {
          ctx.session.a = 1
        },
        async ({ browser }) => {
          const ada = browser()
          await ada.get('/')
          expect(said).to.equal('SESSION_UNAVAILABLE true')
          expect((await ada.get('/all')).body).to.equal('{"a":1}')
        },
        {
          beforeSave: async (ctx) => {
            said = await refused(() => (members[name] as typeof member)(ctx))
          },
        },
      )
    })
  }

  it('what runs beside an update(), or is left behind by its function, waits its turn', () =>
    withFrail(
      async (ctx) => {
        let left: () => Promise<void> = async () => undefined
        const updating = ctx.session.update(async (fields) => {
          await new Promise(setImmediate)
          fields.views = 1
          left = () => new Promise((resolve, reject) => setImmediate(() => ctx.session.save().then(resolve, reject)))
        })
        ctx.session.a = 'beside'
        await Promise.all([updating, ctx.session.save()])
        ctx.session.b = 'left behind'
        await left()
        return 'done'
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/')).body).to.equal('done')
        expect(JSON.parse((await ada.get('/all')).body)).to.deep.equal({
          user: 'ada',
          views: 1,
          a: 'beside',
          b: 'left behind',
        })
      },
    ))
})

it('an update() whose function throws leaves no half changes, also on a new session', () =>
  withFrail(
    async (ctx) => {
      ctx.session.cart = { apple: 1 }
      await ctx.session
        .update((fields) => {
          fields.views = 1
          delete fields.cart?.apple
          throw new Error('half way')
        })
        .catch(() => undefined)
      return ctx.session.toJSON()
    },
    async ({ browser }) => {
      const ada = browser()
      expect((await ada.get('/')).body).to.equal('{"cart":{"apple":1}}')
      expect((await ada.get('/')).body).to.equal('{"cart":{"apple":1}}')
      expect((await ada.get('/all')).body).to.equal('{"cart":{"apple":1}}')
    },
  ))
