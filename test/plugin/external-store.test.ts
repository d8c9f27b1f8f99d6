import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import Koa, { type Context } from 'koa'
import koaSession from 'koa-session'
import { externalStore, memoryStore, type Store } from 'koa-shared-session'
import { Browser } from './browser.js'
import { Gate } from './served-app.js'
import { watchedStore } from './watched-store.js'

/** An app with plain koa-session on a store of ours. */
async function withKoaSession(
  store: Store,
  options: object,
  routes: Record<string, (ctx: Context) => unknown>,
  work: (browser: Browser) => Promise<void>,
): Promise<void> {
  const app = new Koa()
  app.keys = ['a key for the cookies of koa-session']
  app.use(koaSession({ store: externalStore(store) as never, ...options }, app))
  app.use(async (ctx) => {
    ctx.body = await routes[ctx.path]?.(ctx as Context)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await work(new Browser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const go = new Gate()
const reached = new Gate()
const routes = {
  '/set': (ctx: Context) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/all': (ctx: Context) => ctx.session.toJSON(),
  '/fast': (ctx: Context) => {
    ctx.session.a = 1
    return 'fast'
  },
  '/slow': async (ctx: Context) => {
    ctx.session.b = 2
    reached.open()
    await go.opened
    return 'slow'
  },
  '/out': (ctx: Context) => {
    ctx.session = null
    return 'out'
  },
}

describe('externalStore() under plain koa-session', () => {
  it('keeps, changes and ends sessions; the store sees no id', async () => {
    const store = watchedStore()
    await withKoaSession(store, {}, routes, async (ada) => {
      await ada.get('/set')
      expect((await ada.get('/all')).body).to.equal('{"user":"ada"}')
      await ada.get('/fast')
      expect((await ada.get('/all')).body).to.equal('{"user":"ada","a":1}')
      expect(store.calls.every((call) => !ada.cookies.get('koa.sess')?.includes(call.key))).to.equal(true)
      const copy = ada.copy()
      await ada.get('/out')
      expect((await copy.get('/all')).body).to.equal('{}')
      expect(await store.liveKeys()).to.deep.equal([])
    })
  })

  it("works with maxAge: 'session', which the stores of others refuse", () =>
    withKoaSession(memoryStore(), { maxAge: 'session' }, routes, async (ada) => {
      expect((await ada.get('/set')).status).to.equal(200)
      expect((await ada.get('/all')).body).to.equal('{"user":"ada"}')
    }))

  it('merges parallel writers, and drops a write after a logout', async () => {
    const store = memoryStore()
    await withKoaSession(store, {}, routes, async (ada) => {
      await ada.get('/set')
      const slow = ada.copy().get('/slow')
      await reached.opened
      await ada.get('/fast')
      go.open()
      await slow
      expect(JSON.parse((await ada.get('/all')).body)).to.deep.equal({ user: 'ada', a: 1, b: 2 })
    })
  })
})
