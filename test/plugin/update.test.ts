import { expect } from 'chai'
import { memoryStore, type Store } from 'koa-shared-session'
import { onEachStore } from './each-store.js'
import { Gate, type Routes, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

const increment: Routes = {
  '/set': (ctx) => {
    ctx.session.user = 'ada'
    return 'set'
  },
  '/increment': async (ctx) => {
    await ctx.session.update((fields) => {
      fields.views = (fields.views ?? 0) + 1
    })
    return String(ctx.session.views)
  },
  '/all': (ctx) => ctx.session.toJSON(),
  '/other': (ctx) => {
    ctx.session.cart = { ...ctx.session.cart, pear: 1 }
    return 'other'
  },
  '/held-update': async (ctx) => {
    const { session } = ctx
    await session.update((fields) => {
      fields.views = 1
    })
    session.a = 'after'
    return 'held'
  },
  '/in-flight': async (ctx) => {
    const updated = ctx.session.update(async (fields) => {
      await Promise.resolve()
      fields.views = 1
    })
    ctx.session.a = 'meanwhile'
    await updated
    return 'held'
  },
  '/out': (ctx) => {
    ctx.session = null
    return 'out'
  },
}

const read = async (answer: Promise<{ body: string }>) => JSON.parse((await answer).body)

onEachStore('ctx.session.update()', (open) => {
  it('answers each of 40 parallel requests with a number of its own', () =>
    withApp({ store: open() }, increment, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const answers = await Promise.all(Array.from({ length: 40 }, () => ada.copy().get('/increment')))
      expect(answers.map(({ body }) => Number(body)).sort((one, other) => one - other)).to.deep.equal(
        Array.from({ length: 40 }, (_, index) => index + 1),
      )
    }))

  it('counts every one of 40 parallel requests, in two processes worth of plugins', () => {
    const [one, two] = [open(), open()]
    const shared = one.kind === 'memory' ? one : two
    return withApp({ store: one }, increment, (first) =>
      withApp({ store: shared }, increment, async (second) => {
        const ada = first.browser()
        await ada.get('/set')
        const tabs = Array.from({ length: 40 }, (_, number) => {
          const tab = (number % 2 ? first : second).browser()
          for (const [name, value] of ada.cookies) tab.cookies.set(name, value)
          return tab
        })
        await Promise.all(tabs.map((tab) => tab.get('/increment')))
        expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada', views: 40 })
      }),
    )
  })

  it('keeps what the handler changed besides, and sees what others wrote', async () => {
    const [reached, go] = [new Gate(), new Gate()]
    await withApp(
      { store: open() },
      {
        ...increment,
        '/both': async (ctx) => {
          ctx.session.user = 'grace'
          reached.open()
          await go.opened
          await ctx.session.update((fields) => {
            fields.views = (fields.views ?? 0) + 1
          })
          return `${ctx.session.user} ${ctx.session.views}`
        },
      },
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const both = ada.copy().get('/both')
        await reached.opened
        await ada.get('/increment')
        go.open()
        expect((await both).body).to.equal('grace 2')
        expect(await read(ada.get('/all'))).to.deep.equal({ user: 'grace', views: 2 })
      },
    )
  })

  for (const path of ['/held-update', '/in-flight'])
    it(`the session a handler holds stays the one that counts: ${path}`, () =>
      withApp({ store: open() }, increment, async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        await ada.get(path)
        const { a, views } = await read(ada.get('/all'))
        expect([a, views]).to.deep.equal([path === '/in-flight' ? 'meanwhile' : 'after', 1])
      }))

  it('the session and the cart a handler holds stay the ones that count after a save() that merged', async () => {
    const [reached, go] = [new Gate(), new Gate()]
    const routes: Routes = {
      ...increment,
      '/held-save': async (ctx) => {
        const { session } = ctx
        session.cart = { apple: 1 }
        await session.save()
        const { cart = {} } = session
        session.b = 'before'
        reached.open()
        await go.opened
        await session.save()
        session.a = 'after'
        cart.plum = 1
        return 'held'
      },
    }
    await withApp({ store: open() }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/held-save')
      await reached.opened
      await ada.copy().get('/other')
      go.open()
      await slow
      expect(await read(ada.get('/all'))).to.deep.equal({
        user: 'ada',
        cart: { apple: 1, pear: 1, plum: 1 },
        b: 'before',
        a: 'after',
      })
    })
  })

  it('works on a new session, and is dropped after a logout', async () => {
    const [reached, go] = [new Gate(), new Gate()]
    await withApp(
      { store: open() },
      {
        ...increment,
        '/slow': async (ctx) => {
          void ctx.session.user
          reached.open()
          await go.opened
          await ctx.session.update((fields) => {
            fields.views = 1
          })
          return 'slow'
        },
      },
      async ({ browser, events }) => {
        const ada = browser()
        expect((await ada.get('/increment')).body).to.equal('1')
        const tab = ada.copy()
        const slow = ada.copy().get('/slow')
        await reached.opened
        await ada.get('/out')
        go.open()
        expect((await slow).setCookies).to.deep.equal([])
        expect(events.map((each) => each.event)).to.deep.equal(['session:dropped'])
        expect(await read(tab.get('/all'))).to.deep.equal({})
      },
    )
  })
})

describe('Requests of one process on one session', () => {
  it('wait for each other: what comes during one write is stored together by the next, without a conflict', async () => {
    const store = watchedStore()
    const [all, go] = [new Gate(), new Gate()]
    let waiting = 0
    await withApp(
      { store },
      {
        ...increment,
        '/write': async (ctx) => {
          const fields: Record<string, unknown> = { ...ctx.session.cart, [String(ctx.query.name)]: true }
          ctx.session.cart = fields
          waiting += 1
          if (waiting === 10) all.open()
          await go.opened
          return 'written'
        },
      },
      async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set')
        store.calls.length = 0
        const writes = Array.from({ length: 10 }, (_, number) => ada.copy().get(`/write?name=${number}`))
        await all.opened
        go.open()
        await Promise.all(writes)
        expect(store.methods().filter((method) => method === 'write')).to.have.length(2)
        expect(events).to.deep.equal([])
        expect(Object.keys((await read(ada.get('/all'))).cart)).to.have.length(10)
      },
    )
  })

  it('share a write without the change that cannot be merged, which fails alone', async () => {
    const { store, holdWrite, written, answered } = holdingStore(memoryStore())
    const [arrived, go] = [new Gate(), new Gate()]
    let reading = 0
    const whenAllHaveRead = async () => {
      reading += 1
      if (reading === 2) arrived.open()
      await go.opened
    }
    const routes: Routes = {
      ...increment,
      '/first': (ctx) => {
        ctx.session.user = 'first'
        return 'set'
      },
      '/second': async (ctx) => {
        await whenAllHaveRead()
        ctx.session.user = 'second'
        return 'set'
      },
      '/a': async (ctx) => {
        await whenAllHaveRead()
        ctx.session.a = 1
        return 'set'
      },
    }
    const resolve = () => {
      throw new Error('there is no telling')
    }
    await withApp({ store, resolve }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const others = [ada.copy().get('/second'), ada.copy().get('/a')]
      await arrived.opened
      holdWrite()
      const first = ada.copy().get('/first')
      await written.opened
      go.open()
      // Nothing but promises is between the handlers and their turn.
      await new Promise(setImmediate)
      answered.open()
      const answers = await Promise.all([first, ...others])
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 500, 200])
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'first', a: 1 })
    })
  })

  it('do not build on a turn that is older than what they read', async () => {
    const memory = memoryStore()
    const handled = new Gate()
    const { store: slow, holdWrite, written, answered } = holdingStore(memory)
    const routes: Routes = {
      ...increment,
      '/user': (ctx) => {
        ctx.session.user = String(ctx.query.name)
        if (ctx.query.back) handled.open()
        return 'set'
      },
      '/a': (ctx) => {
        ctx.session.a = 1
        return 'set'
      },
    }
    await withApp({ store: slow }, routes, (here) =>
      withApp({ store: memory }, routes, async (elsewhere) => {
        const ada = here.browser()
        await ada.get('/user?name=first')
        const tab = elsewhere.browser()
        for (const [name, value] of ada.cookies) tab.cookies.set(name, value)
        holdWrite()
        const late = ada.copy().get('/a')
        await written.opened
        await tab.get('/user?name=second')
        const back = ada.copy().get('/user?name=first&back=1')
        await handled.opened
        // Nothing but promises is between the handler and its turn.
        await new Promise(setImmediate)
        answered.open()
        await Promise.all([late, back])
        expect(JSON.parse((await ada.get('/all')).body)).to.deep.equal({ user: 'first', a: 1 })
      }),
    )
  })
})

/** A store that can do a write, and keep its answer back until `answered` is opened. */
function holdingStore(memory: Store) {
  const [written, answered] = [new Gate(), new Gate()]
  let holding = false
  const store: Store = {
    ...memory,
    async write(...args) {
      const outcome = await memory.write(...args)
      if (!holding) return outcome
      holding = false
      written.open()
      await answered.opened
      return outcome
    },
  }
  const holdWrite = () => {
    holding = true
  }
  return { store, holdWrite, written, answered }
}
