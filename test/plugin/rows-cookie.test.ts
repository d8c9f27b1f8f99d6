import { expect } from 'chai'
import { memoryStore, type SharedSessionOptions, sharedSession } from 'koa-shared-session'
import { inEnvironment } from './environment.js'
import { otherKey, type Routes, serve, strongKey, withApp } from './served-app.js'
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
  '/public': (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=600')
    ctx.set('Vary', 'Accept')
    ctx.session.views = (ctx.session.views ?? 0) + 1
    return 'public'
  },
  '/public-read': (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=600')
    return ctx.session.user ?? 'nobody'
  },
}

const production = <T>(work: () => T) => inEnvironment({ NODE_ENV: 'production' }, work)

describe('Cookies and keys (koa-session.md 4.6)', () => {
  it('the cookie has all its attributes, set and cleared alike', async () => {
    const rows: { options: SharedSessionOptions; env?: string; name: string; attributes: string }[] = [
      { options: {}, name: 'session', attributes: 'Path=/; HttpOnly; SameSite=Lax' },
      { options: {}, env: 'production', name: '__Host-session', attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax' },
      {
        options: { cookie: { domain: 'example.org' } },
        env: 'production',
        name: '__Secure-session',
        attributes: 'Path=/; Domain=example.org; Secure; HttpOnly; SameSite=Lax',
      },
      {
        options: { cookie: { secure: false } },
        env: 'production',
        name: 'session',
        attributes: 'Path=/; HttpOnly; SameSite=Lax',
      },
      {
        options: {
          cookie: { name: 'sid', path: '/app', sameSite: 'none', secure: true, partitioned: true, priority: 'high' },
        },
        name: 'sid',
        attributes: 'Path=/app; Secure; HttpOnly; SameSite=None; Partitioned; Priority=High',
      },
      { options: { cookie: { sameSite: 'strict' } }, name: 'session', attributes: 'Path=/; HttpOnly; SameSite=Strict' },
    ]
    for (const { options, env, name, attributes } of rows) {
      const served = await inEnvironment({ NODE_ENV: env }, () => serve(options, routes))
      const ada = served.browser()
      const [set] = (await ada.get('/set')).setCookies
      const [cleared] = (await ada.get('/out')).setCookies
      expect(set?.replace(/=[^;]+/, '=…')).to.equal(`${name}=…; ${attributes}`)
      expect(cleared).to.equal(`${name}=; ${attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`)
      await served.close()
    }
  })

  it('S15 permanent gives it a date, as far away as the session lives', () =>
    withApp({ permanent: true, lifetime: 3600 }, routes, async ({ browser }) => {
      const [line = ''] = (await browser().get('/set')).setCookies
      expect(line).to.match(/; Max-Age=3600; Expires=.* GMT$/)
    }))

  const contradictions: { options: SharedSessionOptions; message: RegExp }[] = [
    { options: { cookie: { name: '__Host-sid', secure: false } }, message: /__Host-sid promises Secure/ },
    { options: { cookie: { name: '__host-sid', secure: false } }, message: /__host-sid promises Secure/ },
    { options: { cookie: { name: '__Secure-sid', secure: false } }, message: /__Secure-sid promises Secure/ },
    { options: { cookie: { name: '__Host-sid', secure: true, domain: 'example.org' } }, message: /promises one host/ },
    { options: { cookie: { name: '__Host-sid', secure: true, path: '/app' } }, message: /promises the path \// },
    { options: { cookie: { sameSite: 'none' } }, message: /sameSite is none and cookie.secure is false/ },
    { options: { cookie: { partitioned: true } }, message: /partitioned is set and cookie.secure is false/ },
    { options: { permanent: true, lifetime: 401 * 86_400 }, message: /400 days/ },
  ]
  for (const { options, message } of contradictions)
    it(`R34 S11 S13 S14 refused at boot: ${JSON.stringify(options)}`, () => {
      expect(() => sharedSession({ keys: strongKey, store: memoryStore(), ...options }))
        .to.throw(message)
        .with.property('code', 'SESSION_COOKIE_INVALID')
    })

  it('R34 S13 a misspelt sameSite, name, path or domain is refused at boot', () => {
    const bad = [
      { sameSite: 'laxx' },
      { name: 'a b' },
      { name: '' },
      { path: 'app' },
      { path: '/a;b' },
      { domain: 'a b' },
      { domain: '-a' },
      { priority: 'urgent' },
      { secure: 'yes' },
    ]
    for (const cookie of bad)
      expect(() => sharedSession({ keys: strongKey, store: memoryStore(), cookie } as never), JSON.stringify(cookie))
        .to.throw(/^options\.cookie\./)
        .with.property('code', 'SESSION_OPTION_INVALID')
  })

  it('R40 S18 rotation: visit once with [new, old], then [new] alone: still logged in, all attributes each time', async () => {
    const store = memoryStore()
    const options: SharedSessionOptions = {
      store,
      permanent: true,
      lifetime: 3600,
      cookie: { domain: 'example.org', sameSite: 'strict' },
    }
    const before = await serve({ ...options, keys: otherKey }, routes)
    const ada = before.browser()
    const [first = ''] = (await ada.get('/set')).setCookies
    const during = await serve({ ...options, keys: [strongKey, otherKey] }, routes)
    const adaDuring = during.browser()
    for (const [name, value] of ada.cookies) adaDuring.cookies.set(name, value)
    const visit = await adaDuring.get('/user')
    expect(visit.body).to.equal('ada')
    const shape =
      /^session=([\w-]{43})\.([\w-]{43}); Path=\/; Domain=example\.org; HttpOnly; SameSite=Strict; Max-Age=\d+; Expires=.* GMT$/
    expect(first).to.match(shape)
    expect(visit.setCookies).to.have.length(1)
    expect(visit.setCookies[0]).to.match(shape)
    expect(shape.exec(visit.setCookies[0] ?? '')?.[1], 'the same id').to.equal(shape.exec(first)?.[1])
    expect((await adaDuring.get('/user')).setCookies, 'once').to.deep.equal([])
    const after = await serve({ ...options, keys: strongKey }, routes)
    const adaAfter = after.browser()
    for (const [name, value] of adaDuring.cookies) adaAfter.cookies.set(name, value)
    expect((await adaAfter.get('/user')).body).to.equal('ada')
    const stale = after.browser()
    for (const [name, value] of ada.cookies) stale.cookies.set(name, value)
    expect((await stale.get('/user')).body, 'a cookie of the retired key').to.equal('nobody')
    for (const served of [before, during, after]) await served.close()
  })

  it('R40 a cookie of an older key is not issued anew for a session that ends meanwhile', async () => {
    const store = memoryStore()
    const before = await serve({ store, keys: otherKey }, routes)
    const ada = before.browser()
    await ada.get('/set')
    await withApp(
      { store, keys: [strongKey, otherKey] },
      {
        ...routes,
        '/slow': async () => {
          await ada.get('/out')
          return 'slow'
        },
      },
      async ({ browser }) => {
        const tab = browser()
        for (const [name, value] of ada.cookies) tab.cookies.set(name, value)
        expect((await tab.get('/slow')).setCookies).to.deep.equal([])
      },
    )
    await before.close()
  })

  it('S17 every changed character, and every wrong length of the signature, is refused before the store is asked', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const good = ada.cookies.get('session') ?? ''
      store.calls.length = 0
      const flipped = [...good].map(
        (character, at) => good.slice(0, at) + (character === 'A' ? 'B' : 'A') + good.slice(at + 1),
      )
      const lengths = Array.from({ length: 60 }, (_, length) => `${good.slice(0, 44)}${'A'.repeat(length)}`)
      for (const value of [...flipped, ...lengths, good.slice(0, -1), `${good}A`]) {
        const mallory = browser()
        mallory.cookies.set('session', value)
        expect((await mallory.get('/user')).body).to.equal('nobody')
      }
      expect(store.methods()).to.deep.equal([])
      expect((await ada.get('/user')).body).to.equal('ada')
    })
  })

  it('S17 the name is part of what is signed', () =>
    withApp({ cookie: { name: 'one' } }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const value = ada.cookies.get('one') ?? ''
      await withApp({ cookie: { name: 'two' } }, routes, async (other) => {
        const mallory = other.browser()
        mallory.cookies.set('two', value)
        await mallory.get('/user')
        expect(other.events[0]).to.have.property('event', 'session:invalid')
      })
    }))

  it('R42 S26 a tampered cookie is taken back, with an event', () =>
    withApp({}, routes, async ({ browser, events }) => {
      const mallory = browser()
      mallory.cookies.set('session', 'forged')
      const answer = await mallory.get('/user')
      expect(answer.setCookies[0]).to.match(/^session=; .*Max-Age=0/)
      expect(mallory.cookies.size).to.equal(0)
      expect(events.map((each) => each.event)).to.deep.equal(['session:invalid'])
    }))

  it('a cookie of ours whose session has ended does not hide the one that lives', () =>
    withApp({}, routes, async ({ browser }) => {
      const [gone, ada] = [browser(), browser()]
      await gone.get('/set')
      const ended = gone.cookies.get('session')
      await gone.get('/out')
      await ada.get('/set')
      const both = await browser().get('/user', { cookie: `session=${ended}; session=${ada.cookies.get('session')}` })
      expect([both.body, both.setCookies]).to.deep.equal(['ada', []])
      const none = await browser().get('/user', { cookie: `session=${ended}; session=${ended}` })
      expect(none.setCookies).to.have.length(1)
    }))

  it('a foreign cookie of the same name, set for a parent domain, does not hide ours', () =>
    withApp({}, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const good = ada.cookies.get('session')
      const answer = await ada.get('/user', { cookie: `session=tossed; other=1; session=${good}` })
      expect(answer.body).to.equal('ada')
    }))

  it('R48 S16 a response that sets the cookie is kept by no cache, whatever the handler says; others are left alone', () =>
    withApp({}, routes, async ({ browser }) => {
      const ada = browser()
      const set = await ada.get('/public')
      expect(set.headers.get('cache-control')).to.equal('no-store')
      expect(set.headers.get('vary')).to.equal('Accept, Cookie')
      const read = await ada.get('/public-read')
      expect(read.headers.get('cache-control')).to.equal('public, max-age=600')
      const out = await ada.get('/out')
      expect(out.headers.get('cache-control')).to.equal('no-store')
    }))

  it('R18 S10 behind a TLS proxy that Koa does not know: the Secure cookie is sent, with one warning about app.proxy', async () => {
    const served = await production(() => serve({}, routes))
    for (let visit = 0; visit < 3; visit += 1) {
      const answer = await served.browser().get('/set', { 'x-forwarded-proto': 'https' })
      expect(answer.status).to.equal(200)
      expect(answer.setCookies[0]).to.include('; Secure;')
    }
    expect(served.log.at('warn').filter((line) => line.includes('app.proxy'))).to.have.length(1)
    await served.close()
  })

  it('R18 with app.proxy there is nothing to warn about', async () => {
    const served = await production(() =>
      serve({}, routes, (app) => {
        app.proxy = true
      }),
    )
    const answer = await served.browser().get('/set', { 'x-forwarded-proto': 'https' })
    expect(answer.setCookies[0]).to.include('; Secure;')
    expect(served.log.at('warn').filter((line) => line.includes('app.proxy'))).to.deep.equal([])
    await served.close()
  })

  it('R33 R74 a request costs one read, and one write when it changes something', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      store.calls.length = 0
      await ada.get('/user')
      expect(store.methods()).to.deep.equal(['read'])
      await ada.get('/public')
      expect(store.methods()).to.deep.equal(['read', 'read', 'write'])
    })
  })

  it('app.keys is filled when it is empty, and left alone otherwise', async () => {
    const routesWithCookie: Routes = {
      '/': (ctx) => {
        ctx.cookies.set('mine', 'x', { signed: true })
        return 'signed'
      },
    }
    await withApp({ keys: [strongKey, otherKey] }, routesWithCookie, async ({ app, browser }) => {
      expect((await browser().get('/')).setCookies).to.have.length(2)
      expect(app.keys).to.deep.equal([strongKey, otherKey])
    })
    await withApp(
      {},
      routesWithCookie,
      async ({ app, browser }) => {
        await browser().get('/')
        expect(app.keys).to.deep.equal(['my own key'])
      },
      (app) => {
        app.keys = ['my own key']
      },
    )
  })
})
