import { expect } from 'chai'
import { memoryStore, type Store, sharedSession } from 'koa-shared-session'
import { FakeClock, type Routes, serve, strongKey, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/user': (ctx) => ctx.session.user ?? 'nobody',
  '/count': (ctx) => {
    ctx.session.views = (ctx.session.views ?? 0) + 1
    return String(ctx.session.views)
  },
  '/remember': (ctx) => {
    ctx.session.user = 'ada'
    ctx.session.maxAge = 7 * 86_400_000
    return String(ctx.session.maxAge)
  },
  '/browser-only': (ctx) => {
    ctx.session.maxAge = 'session'
    return String(ctx.session.maxAge)
  },
  '/for-ever': (ctx) => {
    ctx.session.user = 'ada'
    ctx.session.maxAge = 1e12
    return String(ctx.session.maxAge)
  },
}

describe('Lifetime (koa-session.md 4.1)', () => {
  const clock = new FakeClock()
  beforeEach(() => clock.start())
  afterEach(() => clock.stop())

  it('R1 R3 the cookie ends with the browser, the first time and every time, also after save()', () =>
    withApp(
      {},
      {
        ...routes,
        '/save': async (ctx) => {
          ctx.session.views = 5
          await ctx.session.save()
          return 'saved'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        const lines = [await ada.get('/set'), await ada.get('/count'), await ada.get('/save')].flatMap(
          (each) => each.setCookies,
        )
        expect(lines).to.have.length(1)
        for (const line of lines) expect(line).not.to.match(/expires|max-age/i)
        ada.restart()
        expect((await ada.get('/user')).body).to.equal('nobody')
      },
    ))

  it('R2 R60 a browser-session cookie has a numeric deadline in the store', async () => {
    const store = memoryStore()
    const deadlines: number[] = []
    const spied: Store = {
      ...store,
      write(...args) {
        deadlines.push(args[1].expires)
        return store.write(...args)
      },
    }
    await withApp({ store: spied, lifetime: 3600 }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/remember')
      const { setCookies } = await ada.get('/browser-only')
      expect(setCookies[0]).not.to.match(/expires|max-age/i)
    })
    expect(deadlines).to.deep.equal([clock.now + 7 * 86_400_000, clock.now + 3_600_000])
  })

  it('S5 S7 the server ends an unused session, whatever the cookie says; the cookie is cleared', () =>
    withApp({ lifetime: 60, permanent: true }, routes, async ({ browser, events }) => {
      const ada = browser()
      await ada.get('/set')
      clock.passSeconds(59)
      expect((await ada.get('/user')).body).to.equal('ada')
      clock.passSeconds(2)
      const late = await ada.get('/user')
      expect(late.body).to.equal('nobody')
      expect(late.setCookies[0]).to.match(/^session=; .*Max-Age=0/)
      expect(events.map((each) => each.event)).to.deep.equal(['session:missed'])
    }))

  it('a save counts as activity, a read does not', () =>
    withApp({ lifetime: 60 }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      clock.passSeconds(50)
      await ada.get('/count')
      clock.passSeconds(50)
      expect((await ada.get('/user')).body).to.equal('ada')
      clock.passSeconds(11)
      expect((await ada.get('/user')).body).to.equal('nobody')
    }))

  it('S6 nothing extends the absolute lifetime, not even regenerate()', () =>
    withApp(
      { lifetime: 120, absoluteLifetime: 600, rolling: true, permanent: true },
      {
        ...routes,
        '/regenerate': async (ctx) => {
          await ctx.session.regenerate()
          return 'new id'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        for (let minute = 1; minute < 10; minute += 1) {
          clock.passSeconds(60)
          expect((await ada.get(minute === 5 ? '/regenerate' : '/count')).status).to.equal(200)
          expect((await ada.get('/user')).body, `minute ${minute}`).to.equal('ada')
        }
        clock.passSeconds(61)
        expect((await ada.get('/user')).body).to.equal('nobody')
      },
    ))

  it('R31 a shorter policy applies to live sessions, idle and absolute, rolling or not', async () => {
    for (const rolling of [false, true]) {
      const store = memoryStore()
      const long = await serve({ store, lifetime: 7 * 86_400, rolling }, routes)
      const ada = long.browser()
      await ada.get('/set')
      const short = await serve({ store, lifetime: 3600, rolling }, routes)
      const adaToo = short.browser()
      for (const [name, value] of ada.cookies) adaToo.cookies.set(name, value)
      clock.passSeconds(3000)
      expect((await adaToo.get('/user')).body, 'within the new policy').to.equal('ada')
      clock.passSeconds(rolling ? 3601 : 601)
      expect((await adaToo.get('/user')).body, 'past the new policy').to.equal('nobody')
      expect(short.events.at(-1)).to.have.nested.property('event', 'session:expired')
      expect((await ada.get('/user')).body, 'and it is gone from the store').to.equal('nobody')
      await long.close()
      await short.close()
    }
  })

  it('R31 S6 a shorter absolute lifetime applies to live sessions', async () => {
    const store = memoryStore()
    const long = await serve({ store, lifetime: 7 * 86_400 }, routes)
    const ada = long.browser()
    await ada.get('/set')
    await long.close()
    const short = await serve({ store, lifetime: 7 * 86_400, absoluteLifetime: 3600 }, routes)
    const adaToo = short.browser()
    for (const [name, value] of ada.cookies) adaToo.cookies.set(name, value)
    clock.passSeconds(3599)
    expect((await adaToo.get('/user')).body).to.equal('ada')
    clock.passSeconds(1)
    expect((await adaToo.get('/user')).body).to.equal('nobody')
    await short.close()
  })

  it('R81 an expired or refused session leaves neither record nor cookie', async () => {
    const store = watchedStore()
    let fine = true
    await withApp({ store, valid: () => fine }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      fine = false
      await ada.get('/user')
      expect(ada.cookies.size).to.equal(0)
      expect(await store.liveKeys()).to.deep.equal([])
    })
  })

  it('R83 R84 lives that cannot be are refused at boot, by name', () => {
    for (const lifetime of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1d', null])
      expect(() => sharedSession({ keys: strongKey, store: memoryStore(), lifetime } as never)).to.throw(
        /options\.lifetime must be a whole number of seconds/,
      )
    expect(() => sharedSession({ maxAge: 5 } as never)).to.throw(/maxAge.*of koa-session is lifetime here, in seconds/)
  })

  it('maxAge gives one session a life and a dated cookie of its own, which a policy does not shorten', () =>
    withApp({ lifetime: 3600 }, routes, async ({ browser }) => {
      const ada = browser()
      const { setCookies } = await ada.get('/remember')
      expect(setCookies[0]).to.match(/; Max-Age=604800; Expires=/)
      clock.passSeconds(6 * 86_400)
      ada.restart()
      expect((await ada.get('/user')).body).to.equal('ada')
      clock.passSeconds(86_401)
      expect((await ada.get('/user')).body).to.equal('nobody')
    }))

  it('R25 maxAge from anywhere never exceeds the absolute lifetime', () =>
    withApp({ absoluteLifetime: 3600 }, routes, async ({ browser }) => {
      const ada = browser()
      const answer = await ada.get('/for-ever')
      expect(answer.body).to.equal('3600000')
      expect(answer.setCookies[0]).to.match(/Max-Age=3600;/)
      clock.passSeconds(3601)
      expect((await ada.get('/user')).body).to.equal('nobody')
    }))

  it('R74 rolling moves the deadline, throttled, and never rewrites data', async () => {
    const store = watchedStore()
    const changes = () => store.methods().filter((method) => method !== 'read')
    await withApp({ store, rolling: true, lifetime: 3600 }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      for (let second = 0; second < 59; second += 1) {
        await ada.get('/user')
        clock.passSeconds(1)
      }
      expect(changes(), 'within a minute').to.deep.equal(['write'])
      clock.passSeconds(1)
      await ada.get('/user')
      await ada.get('/user')
      expect(changes()).to.deep.equal(['write', 'touch'])
      clock.passSeconds(3599)
      expect((await ada.get('/user')).body, 'the deadline moved').to.equal('ada')
      clock.passSeconds(3600)
      expect((await ada.get('/user')).body).to.equal('nobody')
    })
  })

  it('a dated cookie is sent again when rolling moves the deadline', () =>
    withApp({ rolling: true, permanent: true, lifetime: 3600 }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      clock.passSeconds(1800)
      expect((await ada.get('/user')).setCookies[0]).to.match(/Max-Age=3600;/)
      expect((await ada.get('/user')).setCookies).to.deep.equal([])
    }))
})
