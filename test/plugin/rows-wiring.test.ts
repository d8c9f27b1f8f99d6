import { execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
import { inspect, promisify } from 'node:util'
import { expect } from 'chai'
import type { Context } from 'koa'
import koaSession from 'koa-session'
import { memoryStore, type SessionEventDetail, sharedSession } from 'koa-shared-session'
import { LogBook, type Routes, serve, strongKey, withApp } from './served-app.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
}

const endSession = (ctx: Context) => {
  ctx.session = null
}

const quiet = () => sharedSession({ keys: strongKey, store: memoryStore(), logger: new LogBook() })

describe('Wiring (koa-session.md 4.7)', () => {
  it('R22 a second sharedSession() on the same requests fails with a code, not silently', () =>
    withApp(
      {},
      routes,
      async ({ browser, errors }) => {
        expect((await browser().get('/set')).status).to.equal(500)
        expect(errors[0]).to.have.property('code', 'SESSION_MOUNTED_TWICE')
      },
      (app) => app.use(quiet()),
    ))

  it('R22 R43 koa-session on the same app before us fails with a code', () =>
    withApp(
      {},
      routes,
      async ({ browser, errors }) => {
        expect((await browser().get('/set')).status).to.equal(500)
        expect(errors[0]).to.have.property('code', 'SESSION_MOUNTED_TWICE')
      },
      (app) => app.use(koaSession({ signed: false }, app)),
    ))

  it('two on different routes of one app do not disturb each other', async () => {
    const admin = sharedSession({
      keys: strongKey,
      store: memoryStore(),
      cookie: { name: 'admin' },
      logger: new LogBook(),
    })
    await withApp(
      { skip: (ctx) => ctx.path === '/admin' },
      routes,
      async ({ browser, errors }) => {
        const ada = browser()
        await ada.get('/set')
        await ada.get('/admin')
        expect(errors).to.deep.equal([])
        expect([...ada.cookies.keys()]).to.deep.equal(['session', 'admin'])
        expect((await ada.get('/user')).body).to.equal('ada')
      },
      (app) =>
        app.use((ctx, next) => {
          if (ctx.path !== '/admin') return next()
          return admin(ctx, async () => {
            ctx.session.user = 'root'
            ctx.body = 'admin'
          })
        }),
    )
  })

  it('R23 ctx.session before the middleware: reading warns once and is undefined, writing is refused', () =>
    withApp(
      {},
      routes,
      async ({ browser, log, errors }) => {
        await browser().get('/user')
        await browser().get('/user?early')
        await browser().get('/user?early')
        expect(log.at('warn').filter((line) => line.includes('ctx.session was read'))).to.have.length(1)
        expect((await browser().get('/user?write')).status).to.equal(500)
        expect(errors.at(-1)).to.have.property('code', 'SESSION_UNAVAILABLE')
      },
      (app) =>
        app.use((ctx, next) => {
          if ('early' in ctx.query) expect(ctx.session).to.equal(undefined)
          if ('write' in ctx.query) ctx.session = { user: 'early' }
          return next()
        }),
    ))

  it('R23 a write before the middleware on the very first request is refused too', () =>
    withApp(
      {},
      routes,
      async ({ browser, errors }) => {
        expect((await browser().get('/user')).status).to.equal(500)
        expect(errors.at(-1)).to.have.property('code', 'SESSION_UNAVAILABLE')
      },
      (app) =>
        app.use((ctx, next) => {
          ctx.session = { user: 'early' }
          return next()
        }),
    ))

  it('R24 the options are not changed, and may be frozen', () => {
    const options = Object.freeze({
      keys: Object.freeze([strongKey]),
      cookie: Object.freeze({ path: '/' }),
      store: memoryStore(),
      logger: new LogBook(),
    })
    sharedSession(options)
    expect(options.keys).to.deep.equal([strongKey])
    expect(options.cookie).to.deep.equal({ path: '/' })
  })

  it('R43 works from CommonJS', () => {
    const required = createRequire(import.meta.url)('koa-shared-session')
    expect(required.sharedSession).to.be.a('function')
    expect(required.default).to.equal(required.sharedSession)
  })

  it('R44 S25 S26 events say what happened, on the app and on diagnostics_channel, and hold no id, key or data', async () => {
    const published: unknown[] = []
    const listen = (detail: unknown) => void published.push(detail)
    subscribe('session:missed', listen)
    try {
      await withApp({}, { ...routes, '/out': endSession }, async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set')
        const cookie = ada.cookies.get('session') ?? ''
        const copy = ada.copy()
        await ada.get('/out')
        await copy.get('/user')
        expect(events.map((each) => each.event)).to.deep.equal(['session:missed'])
        const detail = events[0]?.detail as SessionEventDetail
        expect(published).to.deep.equal([detail])
        expect(detail.ctx).to.have.property('path', '/user')
        for (const text of [inspect(events, { depth: 9 }), JSON.stringify(events)]) {
          expect(text).to.include('reason')
          for (const secret of [cookie, cookie.split('.')[0] ?? '', strongKey, 'ada'])
            expect(text).not.to.include(secret)
        }
      })
    } finally {
      unsubscribe('session:missed', listen)
    }
  })

  it('S26 the life of a session is told: created, renewed, ended', () => {
    const told: string[] = []
    return withApp(
      {},
      {
        ...routes,
        '/login': async (ctx) => {
          await ctx.session.regenerate()
          return 'in'
        },
        '/out': endSession,
      },
      async ({ browser }) => {
        const ada = browser()
        for (const path of ['/set', '/user', '/login', '/user', '/out', '/out']) await ada.get(path)
        expect(told).to.deep.equal(['created', 'renewed', 'ended'])
      },
      (app) => {
        for (const name of ['created', 'renewed', 'ended']) app.on(`session:${name}`, () => told.push(name))
      },
    )
  })

  it('a listener that throws reaches the error event, and the request goes on', () =>
    withApp(
      {},
      routes,
      async ({ browser, errors }) => {
        const mallory = browser()
        mallory.cookies.set('session', 'forged')
        expect((await mallory.get('/user')).status).to.equal(200)
        expect(errors.map((error) => error.message)).to.deep.equal(['listener'])
      },
      (app) =>
        app.on('session:invalid', () => {
          throw new Error('listener')
        }),
    ))

  it('S25 a weak key is warned about, not shown', async () => {
    const served = await serve({ keys: 'short and weak' }, routes)
    expect(JSON.stringify(served.log.lines))
      .to.include('secret key (options.keys) is')
      .and.not.to.include('short and weak')
    await served.close()
  })

  it('R44 S25 not even the debug lines of the engine hold an id, a key or data', async () => {
    const script = `
      import Koa from 'koa'
      import { memoryStore, sharedSession } from 'koa-shared-session'
      const app = new Koa()
      app.use(sharedSession({ store: memoryStore(), keys: '${strongKey}', logger: { info() {}, warn() {}, error() {} } }))
      app.use(async (ctx) => {
        if (ctx.path === '/set') ctx.session.user = 'ada-the-first'
        if (ctx.path === '/login') await ctx.session.regenerate()
        if (ctx.path === '/out') ctx.session = null
        ctx.body = 'ok'
      })
      const server = app.listen(0, '127.0.0.1', async () => {
        const origin = 'http://127.0.0.1:' + server.address().port
        let cookie = ''
        for (const path of ['/set', '/login', '/read', '/out', '/read']) {
          const answer = await fetch(origin + path, { headers: { cookie, connection: 'close' } })
          cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
          console.log(cookie)
        }
        server.close()
      })`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, NODE_DEBUG: '*koa-session*' },
    })
    const ids = [...stdout.matchAll(/session=([\w-]{43})\./g)].map(([, id]) => id as string)
    expect(new Set(ids).size).to.equal(2)
    expect(stderr).to.match(/KOA-SESSION/i)
    for (const secret of [...ids, strongKey, 'ada-the-first']) expect(stderr).not.to.include(secret)
  })

  it('the answer has backend, store, check() and close()', async () => {
    const store = memoryStore()
    const sessions = sharedSession({ keys: strongKey, store, logger: new LogBook() })
    expect(sessions.backend).to.equal('memory')
    expect(sessions.store).to.equal(store)
    await sessions.check()
    await sessions.close()
    const custom = sharedSession({ keys: strongKey, store: { ...store, kind: 'mine' }, logger: new LogBook() })
    expect(custom.backend).to.equal('custom')
  })

  it('check() rejects with the coded error and the reason', async () => {
    const sick = { ...memoryStore(), check: () => Promise.reject(new Error('no room')) }
    const failure = await sharedSession({ keys: strongKey, store: sick, logger: new LogBook() })
      .check()
      .catch((error: Error) => error)
    expect(failure).to.have.property('code', 'SESSION_STORE_DOWN')
    expect(failure).to.have.property('message').that.includes('no room')
  })
})
