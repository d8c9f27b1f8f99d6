import { expect } from 'chai'
import { memoryStore, type Store } from 'koa-shared-session'
import { Browser } from './browser.js'
import { type Routes, serve, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

const routes: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/all': (ctx) => ctx.session.toJSON(),
}

const read = async (answer: Promise<{ body: string }>) => JSON.parse((await answer).body)

/** The store holds these bytes for whatever is asked. */
function foreign(data: string): { store: Store; removed: () => number } {
  const store = watchedStore()
  return {
    store: { ...store, read: async () => ({ data, version: 'x', expires: Date.now() + 60_000 }) },
    removed: () => store.methods().filter((method) => method === 'remove').length,
  }
}

const record = (json: string) => `{"v":1,"created":${Date.now()},"saved":${Date.now()},"life":60000,"data":${json}}`

describe('Data (koa-session.md 4.5)', () => {
  const bad: Record<string, unknown> = {
    BigInt: 1n,
    'a circle': (() => {
      const circle: Record<string, unknown> = {}
      circle.self = circle
      return circle
    })(),
    'a throwing toJSON': {
      toJSON() {
        throw new Error('secret inside')
      },
    },
  }
  for (const [name, value] of Object.entries(bad))
    it(`R25 ${name}: a logged error names the field, the response and the last good session stay`, () =>
      withApp(
        {},
        {
          ...routes,
          '/bad': (ctx) => {
            ctx.session.user = 'changed'
            ctx.session.a = value
            return 'answered'
          },
        },
        async ({ browser, log, errors }) => {
          const ada = browser()
          await ada.get('/set')
          const answer = await ada.get('/bad')
          expect([answer.status, answer.body]).to.deep.equal([200, 'answered'])
          expect(log.at('error')).to.have.length(1)
          expect(log.at('error')[0]).to.match(/ctx\.session\.a .*stored session stays as it was/)
          expect(log.at('error')[0]).not.to.include('secret inside')
          expect(errors).to.deep.equal([])
          expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada' })
        },
      ))

  it('R25 save() with such data rejects with the code', () =>
    withApp(
      {},
      {
        '/bad': async (ctx) => {
          ctx.session.a = 1n
          const code = await ctx.session.save().catch((error: { code: string }) => error.code)
          delete ctx.session.a
          return code
        },
      },
      async ({ browser }) => {
        expect((await browser().get('/bad')).body).to.equal('SESSION_DATA_INVALID')
      },
    ))

  it('R25 Date, Map and Set are stored as JSON sees them, with one warning each in development', () =>
    withApp(
      {},
      {
        '/': (ctx) => {
          ctx.session.a = new Date(0)
          return 'date'
        },
        '/map': (ctx) => {
          ctx.session.a = undefined
          ctx.session.cart = { inner: new Map([[1, 2]]) }
          return 'map'
        },
        '/all': (ctx) => ctx.session.toJSON(),
      },
      async ({ browser, log }) => {
        const ada = browser()
        await ada.get('/')
        await ada.get('/')
        expect(await read(ada.get('/all'))).to.deep.equal({ a: '1970-01-01T00:00:00.000Z' })
        await ada.get('/map')
        expect(
          log.at('warn').map((line) => line.match(/ctx\.session\.\S+ is read back as an? [a-z ]+/)?.[0]),
        ).to.deep.equal([
          'ctx.session.a is read back as a text',
          'ctx.session.cart.inner is read back as an empty object',
        ])
      },
    ))

  for (const name of ['save', 'regenerate', 'toJSON', 'length', 'populated', 'isNew', 'externalKey', 'constructor'])
    it(`R25 the reserved name ${name} is refused, assigned or in an object`, () =>
      withApp(
        {},
        {
          ...routes,
          '/assign': (ctx) => Reflect.set(ctx.session, name, 5),
          '/object': (ctx) => {
            ctx.session = { user: 'mallory', [name]: 5 }
          },
        },
        async ({ browser, errors }) => {
          const ada = browser()
          await ada.get('/set')
          expect((await ada.get('/assign')).status).to.equal(500)
          expect((await ada.get('/object')).status).to.equal(500)
          expect(errors.map((error) => Reflect.get(error, 'code'))).to.deep.equal(
            Array(2).fill('SESSION_NAME_RESERVED'),
          )
          expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada' })
        },
      ))

  it('R25 maxAge in an object of fields is refused: nobody sets a lifetime by mass assignment', () =>
    withApp(
      {},
      {
        '/': (ctx) => {
          ctx.session = JSON.parse('{"user":"mallory","maxAge":1000000000000}')
        },
      },
      async ({ browser, errors }) => {
        expect((await browser().get('/')).status).to.equal(500)
        expect(errors[0]).to.have.property('code', 'SESSION_NAME_RESERVED')
      },
    ))

  it('R25 fields that begin with _ are fields like any other', () =>
    withApp(
      {},
      {
        ...routes,
        '/underscore': (ctx) => {
          Reflect.set(ctx.session, '_csrf', 'token')
          return 'set'
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/underscore')
        expect(await read(ada.get('/all'))).to.deep.equal({ _csrf: 'token' })
      },
    ))

  it('R26 S24 __proto__ in assigned data changes no prototype and is not stored', () =>
    withApp(
      {},
      {
        '/object': (ctx) => {
          ctx.session = JSON.parse('{"__proto__":{"isAdmin":true},"cart":{"__proto__":{"isAdmin":true}},"user":"ada"}')
          return Reflect.get(ctx.session, 'isAdmin') ?? 'no'
        },
        '/assign': (ctx) => {
          Reflect.set(ctx.session, '__proto__', { isAdmin: true })
          return [typeof ctx.session.save, Reflect.get(ctx.session, 'isAdmin') ?? 'no'].join()
        },
        '/admin': (ctx) => {
          const merged: Record<string, unknown> = {}
          for (const [name, value] of Object.entries(ctx.session.cart ?? {})) merged[name] = value
          return String(merged.isAdmin ?? 'no')
        },
        '/all': (ctx) => ctx.session.toJSON(),
      },
      async ({ browser }) => {
        const ada = browser()
        expect((await ada.get('/object')).body).to.equal('no')
        expect((await ada.get('/assign')).body).to.equal('function,no')
        expect((await ada.get('/admin')).body).to.equal('no')
        expect((await ada.get('/all')).body).to.equal('{"cart":{},"user":"ada"}')
      },
    ))

  const poisoned = {
    'a plain __proto__': '{"__proto__":{"isAdmin":true},"user":"ada"}',
    __proto__: '{"__proto__":{"isAdmin":true},"user":"ada"}',
    'an escaped __proto__': '{"\\u005f_proto__":{"isAdmin":true},"user":"ada"}',
    'constructor.prototype': '{"constructor":{"prototype":{"isAdmin":true}},"user":"ada"}',
    'reserved names': '{"save":1,"maxAge":1,"toJSON":"x","length":3,"user":"ada"}',
  }
  for (const [name, json] of Object.entries(poisoned))
    it(`R26 S24 a stored record with ${name} gives the rest of the session, and no 500`, async () => {
      const genuine = await serve({}, routes)
      const ada = genuine.browser()
      await ada.get('/set')
      await genuine.close()
      await withApp(
        { store: foreign(record(json)).store },
        { ...routes, '/admin': (ctx) => `${Reflect.get(ctx.session, 'isAdmin') ?? 'no'} ${typeof ctx.session.save}` },
        async ({ origin }) => {
          const same = new Browser(origin)
          for (const [cookie, value] of ada.cookies) same.cookies.set(cookie, value)
          expect((await same.get('/admin')).body).to.equal('no function')
          expect((await same.get('/all')).body).to.equal('{"user":"ada"}')
        },
      )
    })

  const shapes = [
    '',
    '{}',
    '[]',
    'null',
    '"text"',
    '{"user":"ada"}',
    'garbage',
    record('[1]'),
    record('{"user":'),
    record('{"a":1}').slice(0, -5),
    record('{"a":nonsense}'),
    '\u0000\u0001\u0002',
  ]
  for (const data of shapes)
    it(`R50 R61 a stored record of the shape ${JSON.stringify(data).slice(0, 40)} is no session, and an event`, async () => {
      const genuine = await serve({}, routes)
      const ada = genuine.browser()
      await ada.get('/set')
      await genuine.close()
      await withApp({ store: foreign(data).store }, routes, async ({ origin, events }) => {
        const same = new Browser(origin)
        for (const [cookie, value] of ada.cookies) same.cookies.set(cookie, value)
        const answer = await same.get('/all')
        expect([answer.status, answer.body]).to.deep.equal([200, '{}'])
        expect(events.map((each) => each.event)).to.deep.equal(['session:invalid'])
        expect(same.cookies.size).to.equal(0)
      })
    })

  it('R29 async valid() and beforeSave() are awaited: see session.test; here a rejecting one fails the request', () =>
    withApp(
      { beforeSave: async () => Promise.reject(new Error('from the app')) },
      routes,
      async ({ browser, errors }) => {
        const answer = await browser().get('/set')
        expect(answer.status).to.equal(500)
        expect(errors[0]).to.have.property('message', 'from the app')
      },
    ))

  it('R73 S1 there is no genid: asking for one stops the boot', async () => {
    const failed = await serve({ genid: async () => 'same for all' } as never, routes).catch((error: Error) => error)
    expect(failed)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/genid.*has no counterpart/)
  })

  it('R28 S2 chosen ids never reach the store, and are reported', async () => {
    const store = watchedStore()
    await withApp({ store }, routes, async ({ browser, events }) => {
      const chosen = [
        'other:secret',
        '../../etc/passwd',
        'x',
        '',
        'a'.repeat(10_240),
        'ö'.repeat(3),
        `${'A'.repeat(43)}.${'B'.repeat(43)}`,
      ]
      for (const value of chosen) {
        const mallory = browser()
        mallory.cookies.set('session', encodeURI(value))
        expect((await mallory.get('/all')).body).to.equal('{}')
      }
      expect(store.methods()).to.deep.equal([])
      expect(new Set(events.map((each) => each.event))).to.deep.equal(new Set(['session:invalid']))
      expect(events).to.have.length(chosen.length)
    })
  })

  it('R32 null from a visitor without a cookie costs nothing', async () => {
    const store = watchedStore()
    await withApp(
      { store },
      {
        '/out': (ctx) => {
          ctx.session = null
          return 'out'
        },
      },
      async ({ browser }) => {
        expect((await browser().get('/out')).setCookies).to.deep.equal([])
        expect(store.methods()).to.deep.equal([])
      },
    )
  })

  it('R51 save() of an empty new session stores nothing', async () => {
    const store = watchedStore()
    await withApp(
      { store },
      {
        '/': async (ctx) => {
          await ctx.session.save()
          return 'saved'
        },
      },
      async ({ browser }) => {
        expect((await browser().get('/')).setCookies).to.deep.equal([])
        expect(store.methods()).to.deep.equal([])
      },
    )
  })

  it('R47 a session of 1 MB works, and warns once', () =>
    withApp(
      {},
      {
        '/': (ctx) => {
          ctx.session.a = 'x'.repeat(1_000_000)
          return 'set'
        },
        '/length': (ctx) => String(String(ctx.session.a).length),
      },
      async ({ browser, log }) => {
        const ada = browser()
        await ada.get('/')
        await ada.get('/')
        expect((await ada.get('/length')).body).to.equal('1000000')
        expect(log.at('warn').filter((line) => line.includes('KiB'))).to.have.length(1)
      },
    ))

  it('S21 R45 the store sees neither id nor cookie: ids have 256 random bits, keys are hashes', async () => {
    const store = watchedStore(memoryStore())
    await withApp({ store }, routes, async ({ browser }) => {
      const ids = new Set<string>()
      for (let visitor = 0; visitor < 50; visitor += 1) {
        const ada = browser()
        await ada.get('/set')
        const [id = ''] = (ada.cookies.get('session') ?? '').split('.')
        expect(Buffer.from(id, 'base64url')).to.have.length(32)
        ids.add(id)
        expect(store.calls.some((call) => call.key.includes(id))).to.equal(false)
      }
      expect(ids.size).to.equal(50)
    })
  })
})
