import { expect } from 'chai'
import { FakeClock, Gate, type Routes, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = String(ctx.query.user)
    return 'set'
  },
  '/count': async (ctx) => {
    ctx.session.views = (ctx.session.views ?? 0) + 1
    return String(ctx.session.views)
  },
  '/update': async (ctx) => {
    await ctx.session.update((fields) => {
      fields.views = (fields.views ?? 0) + 1
    })
    return String(ctx.session.views)
  },
  '/regenerate': async (ctx) => {
    await ctx.session.regenerate()
    return 'new'
  },
  '/all': (ctx) => ctx.session.toJSON(),
  '/large': (ctx) => {
    ctx.session.a = 'x'.repeat(4000)
    return 'large'
  },
  '/out': (ctx) => {
    ctx.session = null
    return 'out'
  },
}

describe('Sessions in signed cookies, as while tests run', () => {
  it('keeps, changes and ends sessions without a store', () =>
    withApp({ store: 'cookie' }, routes, async ({ browser, sessions }) => {
      expect([sessions.backend, sessions.store]).to.deep.equal(['cookie', undefined])
      await sessions.check()
      const ada = browser()
      await ada.get('/set?user=ada')
      for (const path of ['/count', '/update', '/count', '/regenerate'])
        expect((await ada.get(path)).status).to.equal(200)
      expect((await ada.get('/all')).body).to.equal('{"user":"ada","views":3}')
      await ada.get('/out')
      expect(ada.cookies.size).to.equal(0)
    }))

  it('keeps visitors apart whose sessions are written in the same moment', async () => {
    const [all, go] = [new Gate(), new Gate()]
    let waiting = 0
    const held: Routes = {
      ...routes,
      '/held': async (ctx) => {
        ctx.session.views = 1
        waiting += 1
        if (waiting === 20) all.open()
        await go.opened
        return 'held'
      },
    }
    await withApp({ store: 'cookie' }, held, async ({ browser }) => {
      const visitors = Array.from({ length: 20 }, (_, number) => ({ number, tab: browser() }))
      await Promise.all(visitors.map(({ number, tab }) => tab.get(`/set?user=${number}`)))
      const requests = visitors.map(({ tab }) => tab.get('/held'))
      await all.opened
      go.open()
      await Promise.all(requests)
      for (const { number, tab } of visitors)
        expect((await tab.get('/all')).body).to.equal(`{"user":"${number}","views":1}`)
    })
  })

  it('a cookie that holds a session is not taken for one that holds an id', () =>
    withApp({ store: 'cookie' }, routes, async (inCookie) => {
      const ada = inCookie.browser()
      await ada.get('/set?user=ada')
      const store = watchedStore()
      await withApp({ store }, routes, async ({ browser }) => {
        const same = browser()
        for (const [name, value] of ada.cookies) same.cookies.set(name, value)
        expect((await same.get('/all')).body).to.equal('{}')
        expect(store.methods()).to.deep.equal([])
      })
    }))

  it('ends by the deadline that is signed in, and refuses a forged one', async () => {
    const clock = new FakeClock()
    clock.start()
    try {
      await withApp({ store: 'cookie', lifetime: 60 }, routes, async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set?user=ada')
        const mallory = ada.copy()
        const [text = '', signature = ''] = (ada.cookies.get('session') ?? '').split('.')
        const forged = Buffer.from(Buffer.from(text, 'base64url').toString().replace('ada', 'eve')).toString(
          'base64url',
        )
        mallory.cookies.set('session', `${forged}.${signature}`)
        expect((await mallory.get('/all')).body).to.equal('{}')
        clock.passSeconds(61)
        expect((await ada.get('/all')).body).to.equal('{}')
        expect(events.map((each) => each.event)).to.deep.equal(['session:invalid', 'session:missed'])
      })
    } finally {
      clock.stop()
    }
  })

  it('a session too large for a cookie is a logged error; the response and the cookie before stay', () =>
    withApp({ store: 'cookie' }, routes, async ({ browser, log }) => {
      const ada = browser()
      await ada.get('/set?user=ada')
      const answer = await ada.get('/large')
      expect([answer.status, answer.body, answer.setCookies]).to.deep.equal([200, 'large', []])
      expect(log.at('error')[0]).to.match(/browsers drop cookies above 4096/)
      expect((await ada.get('/all')).body).to.equal('{"user":"ada"}')
    }))
})
