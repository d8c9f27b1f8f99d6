import { expect } from 'chai'
import { memoryStore, type Store } from 'koa-shared-session'
import { eventually } from '../servers/process.js'
import { FakeClock, type Routes, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.cart = { apple: 1 }
    return 'set'
  },
  '/change': async (ctx) => {
    ctx.session.views = 1
    await ctx.session.save()
    ctx.session.views = 2
    await ctx.session.update((fields) => {
      fields.views = 3
    })
    return 'changed'
  },
  '/login': async (ctx) => {
    await ctx.session.regenerate()
    ctx.session.user = 'ada'
    return 'in'
  },
  '/login-by-null': (ctx) => {
    ctx.session = null
    ctx.session = { user: 'ada' }
    return 'in'
  },
  '/all': (ctx) => ctx.session.toJSON(),
}

const read = async (answer: Promise<{ body: string }>) => JSON.parse((await answer).body)

describe('Regenerate and fixation (koa-session.md 4.3)', () => {
  it('R12 S3 null and then an object gets a new id, and the old one is dead', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const planted = ada.copy()
      const { setCookies } = await ada.get('/login-by-null')
      expect(setCookies).to.have.length(1)
      expect(ada.cookies.get('session')).not.to.equal(planted.cookies.get('session'))
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada' })
      expect(await read(planted.get('/all'))).to.deep.equal({})
      expect(await store.liveKeys()).to.have.length(1)
    })
  })

  it('R12 null and then an empty object is an end, not an empty session', async () => {
    const store = watchedStore()
    await withApp(
      { store },
      {
        ...routes,
        '/empty': (ctx) => {
          ctx.session = null
          ctx.session = {}
          return 'empty'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        await ada.get('/empty')
        expect(ada.cookies.size).to.equal(0)
        expect(await store.liveKeys()).to.deep.equal([])
      },
    )
  })

  it('S3 regenerate() keeps the data under a new id; the old id never sees what the request wrote', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const planted = ada.copy()
      await ada.get('/login')
      expect(ada.cookies.get('session')).not.to.equal(planted.cookies.get('session'))
      expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 }, user: 'ada' })
      expect(await read(planted.get('/all'))).not.to.have.property('user')
      expect(await store.liveKeys()).to.have.length(1)
    })
  })

  it('the old id is read-only for 10 seconds, then dead', async () => {
    const clock = new FakeClock()
    clock.start()
    try {
      await withApp({}, routes, async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set')
        const tab = ada.copy()
        await ada.get('/login')
        clock.passSeconds(9)
        const within = await tab.get('/all')
        expect(JSON.parse(within.body)).to.deep.equal({ cart: { apple: 1 } })
        expect(within.setCookies).to.deep.equal([])
        expect((await tab.get('/change')).setCookies, 'a write without effect').to.deep.equal([])
        expect(JSON.parse((await tab.get('/all')).body)).to.deep.equal({ cart: { apple: 1 } })
        clock.passSeconds(1)
        expect(await read(tab.get('/all'))).to.deep.equal({})
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 }, user: 'ada' })
        expect(events.map((each) => each.event)).to.deep.equal(['session:dropped', 'session:missed'])
      })
    } finally {
      clock.stop()
    }
  })

  it('valid() that refuses the data from before does not end the session under its new id, nor its cookie', async () => {
    const asked: string[] = []
    await withApp(
      {
        valid: (ctx, session) => {
          asked.push(ctx.path)
          return ctx.path !== '/all' || session.user !== undefined
        },
      },
      routes,
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const tab = ada.copy()
        await ada.get('/login')
        const late = await tab.get('/all')
        expect([late.body, late.setCookies]).to.deep.equal(['{}', []])
        expect((await tab.get('/set')).setCookies, 'a late write sends no cookie').to.deep.equal([])
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 }, user: 'ada' })
        expect(asked).to.include('/all')
      },
    )
  })

  it('S4 a logout under the new id ends what the old one still showed', () =>
    withApp({}, { ...routes, '/out': (ctx) => void Reflect.set(ctx, 'session', null) }, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const tab = ada.copy()
      await ada.get('/login')
      await ada.get('/out')
      expect(await read(tab.get('/all'))).to.deep.equal({})
    }))

  for (const path of ['/login-early', '/login-by-null'])
    it(`R12b S3 a login by ${path} that cannot be stored stores nothing under the old id`, async () => {
      const store = watchedStore()
      let failing = false
      const write: Store['write'] = (...args) => {
        const creates = args[2] === undefined
        if (!failing || !creates) return store.write(...args)
        failing = false
        return Promise.reject(new Error('no answer'))
      }
      const early: Routes = {
        ...routes,
        '/login-early': async (ctx) => {
          ctx.session.user = 'ada'
          await ctx.session.regenerate()
          return 'in'
        },
        '/login-by-null': async (ctx) => {
          ctx.session = null
          ctx.session = { user: 'ada' }
          await ctx.session.save()
          return 'in'
        },
      }
      await withApp({ store: { ...store, write } }, early, async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const planted = ada.copy()
        failing = true
        expect((await ada.get(path)).status).to.equal(503)
        expect(await read(planted.get('/all'))).not.to.have.property('user')
      })
    })

  it('R9 S12 nothing on ctx.session tells an id', () =>
    withApp(
      {},
      {
        ...routes,
        '/id': async (ctx) => {
          await ctx.session.regenerate()
          return String(Reflect.get(ctx.session, 'externalKey'))
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/id')).body).to.equal('undefined')
      },
    ))

  it('R10 a regenerate() whose write fails keeps the old session, whole', async () => {
    const memory = memoryStore()
    let failing = false
    const store: Store = {
      ...memory,
      write: (...args) => (failing ? Promise.reject(new Error('no room')) : memory.write(...args)),
    }
    await withApp(
      { store },
      {
        ...routes,
        '/try': async (ctx) => {
          failing = true
          const code = await ctx.session.regenerate().then(
            () => 'done',
            (error: { code: string }) => error.code,
          )
          failing = false
          return code
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const answer = await ada.get('/try')
        expect(answer.body).to.equal('SESSION_STORE_DOWN')
        expect(answer.setCookies).to.deep.equal([])
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 } })
      },
    )
  })

  it('R10 the new record is stored before the old one ends; when ending it fails, the old one stays and the new one goes', async () => {
    const memory = memoryStore()
    const old = new Set<string>()
    let failing = false
    const watched = watchedStore(memory)
    const store: Store = {
      ...watched,
      write(...args) {
        if (failing && old.has(args[0])) return Promise.reject(new Error('no room'))
        if (!failing) old.add(args[0])
        return watched.write(...args)
      },
    }
    await withApp(
      { store },
      {
        ...routes,
        '/try': async (ctx) => {
          failing = true
          await ctx.session.regenerate().catch(() => undefined)
          failing = false
          return 'tried'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        expect((await ada.get('/try')).setCookies).to.deep.equal([])
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 } })
        expect(await watched.liveKeys()).to.have.length(1)
      },
    )
  })

  for (const [how, isMarked] of [
    ['was lost', true],
    ['never came, and the store marks the old one later', false],
  ] as const)
    it(`R10 the answer about the end of the old record ${how}: the browser goes on with the new id`, async () => {
      const clock = new FakeClock()
      clock.start()
      const memory = memoryStore()
      const [old, late] = [new Set<string>(), [] as (() => Promise<unknown>)[]]
      let ill = false
      const store: Store = {
        ...memory,
        read: (key) => (ill && !isMarked ? Promise.reject(new Error('reset')) : memory.read(key)),
        async write(...args) {
          if (!ill) old.add(args[0])
          if (!ill || !old.has(args[0])) return memory.write(...args)
          if (isMarked) await memory.write(...args)
          else late.push(() => memory.write(...args))
          throw new Error('reset')
        },
      }
      const handlers: Routes = {
        ...routes,
        '/login': async (ctx) => {
          ill = true
          await ctx.session.regenerate()
          ill = false
          return 'in'
        },
      }
      await withApp({ store }, handlers, async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const answer = await ada.get('/login')
        expect([answer.status, answer.setCookies.length]).to.deep.equal([isMarked ? 200 : 503, 1])
        ill = false
        for (const apply of late) await apply()
        clock.passSeconds(11)
        await eventually('it serves again', async () => (await ada.get('/all')).status === 200)
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 } })
      }).finally(() => clock.stop())
    })

  it('R16b R16 R16c an error after a change keeps data and cookie, and is what the client sees', () =>
    withApp(
      {},
      {
        ...routes,
        '/set-throw': (ctx) => {
          ctx.session.cart = { pear: 1 }
          ctx.throw(402, 'pay first')
        },
        '/login-throw': async (ctx) => {
          await ctx.session.regenerate()
          ctx.session.user = 'ada'
          ctx.throw(400, 'bad')
        },
        '/out-throw': (ctx) => {
          ctx.session = null
          ctx.throw(403, 'no')
        },
      },
      async ({ browser }) => {
        const ada = browser()
        const answer = await ada.get('/set-throw')
        expect([answer.status, answer.body]).to.deep.equal([402, 'pay first'])
        expect(answer.headers.get('cache-control')).to.equal('no-store')
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { pear: 1 } })
        expect((await ada.get('/login-throw')).status).to.equal(400)
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { pear: 1 }, user: 'ada' })
        expect((await ada.get('/out-throw')).status).to.equal(403)
        expect(ada.cookies.size).to.equal(0)
      },
    ))

  it('R70 a login costs three store calls for the write, exchange and rest, not more', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      store.calls.length = 0
      await ada.get('/login')
      expect(store.methods()).to.deep.equal(['read', 'write', 'write', 'write'])
    })
  })

  it('R30 one response carries the cookie once, however often the session is saved', () =>
    withApp(
      { permanent: true },
      {
        '/': async (ctx) => {
          ctx.cookies.set('other', 'kept', { signed: false })
          for (let views = 1; views <= 3; views += 1) {
            ctx.session.views = views
            await ctx.session.save()
          }
          await ctx.session.regenerate()
          return 'done'
        },
      },
      async ({ browser }) => {
        const { setCookies } = await browser().get('/')
        expect(setCookies.map((line) => line.slice(0, line.indexOf('=')))).to.deep.equal(['other', 'session'])
      },
    ))

  it('regenerate() on a visitor without a session needs no store', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/login')
      expect(store.methods()).to.deep.equal(['write'])
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada' })
    })
  })

  it('a regenerate() that nobody awaits is still done in order, and a failing one ends no process', async () => {
    const memory = memoryStore()
    let failing = false
    const store: Store = {
      ...memory,
      write: (...args) => (failing ? Promise.reject(new Error('no room')) : memory.write(...args)),
    }
    await withApp(
      { store },
      {
        ...routes,
        '/forgot': (ctx) => {
          void ctx.session.regenerate()
          ctx.session.user = 'ada'
          return 'in'
        },
      },
      async ({ browser, log }) => {
        const ada = browser()
        await ada.get('/set')
        const planted = ada.copy()
        await ada.get('/forgot')
        expect(ada.cookies.get('session')).not.to.equal(planted.cookies.get('session'))
        expect(await read(ada.get('/all'))).to.deep.equal({ cart: { apple: 1 }, user: 'ada' })
        failing = true
        await ada.get('/forgot')
        expect(log.at('error')[0]).to.include('takes no writes: no room')
      },
    )
  })
})
