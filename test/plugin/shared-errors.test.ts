import { expect } from 'chai'
import type { Context } from 'koa'
import { type Routes, withApp } from './served-app.js'

const failed = Promise.reject(new Error('the database did not start'))
failed.catch(() => undefined)

const routes: Routes = {
  '/login': async (ctx) => {
    ctx.session.user = String(ctx.query.name)
    if (ctx.query.fail) await failed
    return 'in'
  },
  '/page': () => failed,
  '/user': (ctx) => ctx.session.user ?? 'nobody',
  '/text': (ctx) => {
    ctx.session.user = 'ada'
    throw 'a text'
  },
}

describe('Errors and cookies (koa-session.md 4.4)', () => {
  it('S28 an error that requests share carries no cookie from one visitor to another', () =>
    withApp({}, routes, async ({ app, browser }) => {
      app.silent = true
      const [alice, bob, stranger] = [browser(), browser(), browser()]
      await bob.get('/login?name=bob')
      expect((await alice.get('/login?name=alice&fail=1')).status).to.equal(500)
      expect((await alice.get('/user')).body).to.equal('alice')
      for (const other of [bob, stranger]) expect((await other.get('/page')).setCookies).to.deep.equal([])
      expect((await bob.get('/user')).body).to.equal('bob')
      expect((await stranger.get('/user')).body).to.equal('nobody')
    }))

  it('S25 the error that listeners get is the one that was thrown, and holds no id', () =>
    withApp({}, routes, async ({ app, browser, errors }) => {
      app.silent = true
      const error = await failed.catch((reason) => reason)
      const ada = browser()
      await ada.get('/login?name=ada&fail=1')
      expect(errors[0]).to.equal(error)
      expect(Reflect.ownKeys(error)).to.have.members(['stack', 'message', 'status'])
    }))

  it('R16 the cookie is kept behind a thrown text', () =>
    withApp({}, routes, async ({ app, browser }) => {
      app.silent = true
      const ada = browser()
      expect((await ada.get('/text')).status).to.equal(500)
      expect((await ada.get('/user')).body).to.equal('ada')
    }))

  const headers: Record<string, (ctx: Context) => Promise<void> | void> = {
    'after save()': async (ctx) => {
      await ctx.session.save()
      ctx.set({ 'Cache-Control': 'public, max-age=600', Vary: 'Accept' })
    },
    'before it is stored': (ctx) => ctx.set({ 'Cache-Control': 'public, max-age=600', Vary: 'Accept' }),
    'with writeHead()': async (ctx) => {
      await ctx.session.save()
      ctx.respond = false
      ctx.res.writeHead(200, { 'Cache-Control': 'public, max-age=600', Vary: 'Accept' })
      ctx.res.end()
    },
    'as it removes all headers': async (ctx) => {
      await ctx.session.save()
      for (const name of ctx.res.getHeaderNames()) ctx.remove(name)
    },
  }
  for (const [when, act] of Object.entries(headers))
    it(`R48 S16 a response with our cookie is never cached, whatever the handler sets ${when}`, () => {
      const caching: Routes = {
        '/': async (ctx) => {
          ctx.session.user = 'ada'
          await act(ctx)
          return ctx.respond === false ? undefined : 'done'
        },
      }
      return withApp({}, caching, async ({ browser }) => {
        const answer = await browser().get('/')
        expect(answer.setCookies).to.have.length(1)
        expect(answer.headers.get('cache-control')).to.equal('no-store')
        expect(answer.headers.get('vary')).to.match(/cookie/i)
      })
    })
})
