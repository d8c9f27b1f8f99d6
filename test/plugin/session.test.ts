import { expect } from 'chai'
import { type Routes, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

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

describe('ctx.session', () => {
  it('keeps what a handler puts there', () =>
    withApp({}, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      expect((await ada.get('/user')).body).to.equal('ada')
      expect((await browser().get('/user')).body).to.equal('nobody')
    }))

  it('sets a cookie once, and not again while nothing about it changes', () =>
    withApp({}, routes, async ({ browser }) => {
      const ada = browser()
      expect((await ada.get('/set')).setCookies).to.have.length(1)
      expect((await ada.get('/user')).setCookies).to.deep.equal([])
      expect((await ada.get('/untouched')).setCookies).to.deep.equal([])
    }))

  it('ends with null: the cookie is cleared, and a copy of it is dead', () =>
    withApp({}, routes, async ({ browser, events }) => {
      const ada = browser()
      await ada.get('/set')
      const thief = ada.copy()
      const out = await ada.get('/out')
      expect(out.setCookies).to.have.length(1)
      expect(ada.cookies.size).to.equal(0)
      expect((await thief.get('/user')).body).to.equal('nobody')
      expect(events.map((each) => each.event)).to.deep.equal(['session:missed'])
    }))

  it('answers null after null, in the same request', () =>
    withApp(
      {},
      {
        '/': (ctx) => {
          ctx.session = null
          return String(ctx.session)
        },
      },
      async ({ browser }) => {
        expect((await browser().get('/')).body).to.equal('null')
      },
    ))

  it('knows isNew, populated, length, toJSON and inspection', () =>
    withApp(
      {},
      {
        '/': (ctx) => {
          const before = [ctx.session.isNew, ctx.session.populated, ctx.session.length]
          ctx.session.views = (ctx.session.views ?? 0) + 1
          return {
            before,
            after: [ctx.session.populated, ctx.session.length],
            json: ctx.session.toJSON(),
            spread: { ...ctx.session },
          }
        },
      },
      async ({ browser }) => {
        const ada = browser()
        expect(JSON.parse((await ada.get('/')).body)).to.deep.equal({
          before: [true, false, 0],
          after: [true, 1],
          json: { views: 1 },
          spread: { views: 1 },
        })
        expect(JSON.parse((await ada.get('/')).body)).to.deep.equal({
          before: [false, true, 1],
          after: [true, 1],
          json: { views: 2 },
          spread: { views: 2 },
        })
      },
    ))

  it('is replaced as a whole by an object, under the same id', () =>
    withApp(
      {},
      {
        ...routes,
        '/replace': (ctx) => {
          ctx.session = { views: 7 }
          return 'replaced'
        },
        '/all': (ctx) => ctx.session.toJSON(),
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/replace')).setCookies).to.deep.equal([])
        expect(JSON.parse((await ada.get('/all')).body)).to.deep.equal({ views: 7 })
      },
    ))

  it('forgets a deleted field', () =>
    withApp(
      {},
      {
        ...routes,
        '/delete': (ctx) => {
          delete ctx.session.user
          return 'deleted'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        await ada.get('/delete')
        expect((await ada.get('/user')).body).to.equal('nobody')
      },
    ))

  it('stores nothing for visitors whose session stays empty', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      expect((await browser().get('/user')).setCookies).to.deep.equal([])
      expect((await browser().get('/out')).setCookies).to.deep.equal([])
    })
    expect(store.methods()).to.deep.equal([])
  })

  it('is stored when save() resolves, and not stored again at the end', async () => {
    const store = watchedStore()
    await withApp(
      { store },
      {
        ...routes,
        '/save': async (ctx) => {
          ctx.session.user = 'ada'
          await ctx.session.save()
          store.calls.push({ method: 'saved', key: '' })
          await ctx.session.save()
          return 'saved'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/save')
        expect(store.methods()).to.deep.equal(['write', 'saved'])
        expect((await ada.get('/user')).body).to.equal('ada')
      },
    )
  })

  it('takes callbacks as koa-session does', () =>
    withApp(
      {},
      {
        ...routes,
        '/save': (ctx) =>
          new Promise((resolve, reject) => {
            ctx.session.user = 'ada'
            ctx.session.save((error) => (error ? reject(error) : resolve('saved')))
          }),
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/save')
        expect((await ada.get('/user')).body).to.equal('ada')
      },
    ))

  it('refuses what has no fields, and says so', () =>
    withApp(
      {},
      {
        '/text': (ctx) => Reflect.set(ctx, 'session', 'text'),
        '/list': (ctx) => Reflect.set(ctx, 'session', [1]),
        '/undefined': (ctx) => Reflect.set(ctx, 'session', undefined),
      },
      async ({ browser, errors }) => {
        for (const path of ['/text', '/list', '/undefined']) expect((await browser().get(path)).status).to.equal(500)
        expect(errors.map((error) => Reflect.get(error, 'code'))).to.deep.equal(Array(3).fill('SESSION_DATA_INVALID'))
      },
    ))

  it('asks valid() and beforeSave(), async ones too', () =>
    withApp(
      {
        valid: async (_ctx, session) => session.user !== 'banned',
        beforeSave: async (_ctx, session) => {
          session.views = 1
        },
      },
      {
        ...routes,
        '/ban': (ctx) => {
          ctx.session.user = 'banned'
          return 'banned'
        },
        '/views': (ctx) => String(ctx.session.views),
      },
      async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/views')).body).to.equal('1')
        await ada.get('/ban')
        const copy = ada.copy()
        expect((await ada.get('/user')).body).to.equal('nobody')
        expect(events.map((each) => each.event)).to.deep.equal(['session:invalid'])
        expect(ada.cookies.size).to.equal(0)
        expect((await copy.get('/user')).body).to.equal('nobody')
      },
    ))

  it('is left alone where skip() says so', async () => {
    const store = watchedStore()
    await withApp(
      { store, skip: (ctx) => ctx.path.startsWith('/assets') },
      {
        ...routes,
        '/assets/x': (ctx) => String(ctx.session),
        '/assets/write': (ctx) => Reflect.set(ctx, 'session', { user: 'x' }),
      },
      async ({ browser, errors }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/assets/x')).body).to.equal('undefined')
        expect(store.methods()).to.deep.equal(['write'])
        expect((await ada.get('/assets/write')).status).to.equal(500)
        expect(errors[0]).to.have.property('code', 'SESSION_UNAVAILABLE')
      },
    )
  })
})
