import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { memoryStore, type Store } from 'koa-shared-session'
import { Gate, type Routes, withApp } from './served-app.js'

/** A store whose writes are done at once, and answered when the gate of the moment is opened. */
function heldStore() {
  const memory = memoryStore()
  const held = { written: new Gate(), answer: undefined as Gate | undefined }
  const store: Store = {
    ...memory,
    async write(...args) {
      const { answer } = held
      const outcome = await memory.write(...args)
      held.answer = undefined
      if (!answer) return outcome
      held.written.open()
      await answer.opened
      return outcome
    },
  }
  return { store, memory, held }
}

/** A request whose write is done, and not answered before the gate is opened. */
async function heldWrite<T>(held: ReturnType<typeof heldStore>['held'], ask: () => Promise<T>) {
  const answer = new Gate()
  held.answer = answer
  const first = ask()
  await held.written.opened
  return { first, answer }
}

/** Handlers and promises between them and their turn are done by then. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

const start: Routes = {
  '/start': (ctx) => {
    ctx.session.views = Number(ctx.query.stock ?? 0)
    return 'started'
  },
  '/add': async (ctx) => {
    await ctx.session.update((fields) => {
      fields.views = Number(fields.views) + Number(ctx.query.n ?? 1)
    })
    return String(ctx.session.views)
  },
  '/mark': (ctx) => {
    Object.assign(ctx.session, { [String(ctx.query.name)]: true })
    return 'marked'
  },
  '/buy': async (ctx) => {
    await ctx.session.update((fields) => {
      if (Number(fields.views) < 5) throw new Error('sold out')
      fields.views = Number(fields.views) - 5
    })
    return String(ctx.session.views)
  },
  '/all': (ctx) => ctx.session.toJSON(),
}

describe('Writes that requests share', () => {
  it('wait for no function of another request: one that never ends keeps its own request only', async () => {
    const { store, held } = heldStore()
    const [read, go, hanging] = [new Gate(), new Gate(), new Gate()]
    let calls = 0
    const routes: Routes = {
      ...start,
      '/hangs': async (ctx) => {
        read.open()
        await go.opened
        await ctx.session.update(async (fields) => {
          calls += 1
          if (calls > 1) await hanging.opened
          fields.a = 'late'
        })
        return 'late'
      },
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/start')
      const stuck = ada.copy().get('/hangs')
      await read.opened
      const { first, answer } = await heldWrite(held, () => ada.copy().get('/mark?name=c'))
      go.open()
      const beside = ada.copy().get('/add')
      await settled()
      answer.open()
      expect((await first).status).to.equal(200)
      expect((await beside).body).to.equal('1')
      expect((await ada.copy().get('/add')).body).to.equal('2')
      hanging.open()
      expect((await stuck).status).to.equal(200)
      expect(JSON.parse((await ada.get('/all')).body)).to.deep.equal({ views: 2, c: true, a: 'late' })
    })
  })

  it('believe no failure on a state that is older than what the request has read', async () => {
    const { store, memory, held } = heldStore()
    const [read, go] = [new Gate(), new Gate()]
    const routes: Routes = {
      ...start,
      '/late': async (ctx) => {
        read.open()
        await go.opened
        ctx.session.b = true
        return 'late'
      },
    }
    await withApp({ store }, routes, (here) =>
      withApp({ store: memory }, routes, async (elsewhere) => {
        const ada = here.browser()
        await ada.get('/start?stock=0')
        const late = ada.copy().get('/late')
        await read.opened
        const tab = elsewhere.browser()
        for (const [name, value] of ada.cookies) tab.cookies.set(name, value)
        const { first, answer } = await heldWrite(held, () => ada.copy().get('/mark?name=a'))
        await tab.get('/add?n=10')
        const buys = ada.copy().get('/buy')
        await settled()
        go.open()
        await settled()
        answer.open()
        await Promise.all([first, late])
        expect((await buys).body).to.equal('5')
      }),
    )
  })

  for (const way of ['at once', 'later'])
    it(`believe no failure, thrown ${way}, on the change of another one that is never stored`, async () => {
      const { store, memory, held } = heldStore()
      const [read, go] = [new Gate(), new Gate()]
      let reading = 0
      const routes: Routes = {
        ...start,
        '/reserve': async (ctx) => {
          reading += 1
          if (reading === 2) read.open()
          await go.opened
          const reserve = (fields: Record<string, unknown>) => {
            if (fields.b && ctx.query.name === 'a') throw new Error('not allowed')
            if (Number(fields.views) < 1) throw new Error('sold out')
            fields.views = Number(fields.views) - 1
          }
          await ctx.session.update(ctx.query.way === 'later' ? async (fields) => reserve(fields) : reserve)
          return 'reserved'
        },
      }
      await withApp({ store }, routes, (here) =>
        withApp({ store: memory }, routes, async (elsewhere) => {
          const ada = here.browser()
          await ada.get('/start?stock=1')
          const tab = elsewhere.browser()
          for (const [name, value] of ada.cookies) tab.cookies.set(name, value)
          const all = [ada.copy().get('/reserve?name=a'), ada.copy().get(`/reserve?name=b&way=${way}`)]
          await read.opened
          const { first, answer } = await heldWrite(held, () => ada.copy().get('/mark?name=c'))
          go.open()
          await settled()
          await tab.get('/mark?name=b')
          answer.open()
          await first
          expect((await Promise.all(all)).map(({ status }) => status)).to.deep.equal([500, 200])
          expect(JSON.parse((await ada.get('/all')).body).views).to.equal(0)
        }),
      )
    })

  it('call the functions of a request in its own context', async () => {
    const { store, held } = heldStore()
    const visitor = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const routes: Routes = {
      ...start,
      '/who': (ctx) =>
        visitor.run(String(ctx.query.name), async () => {
          await ctx.session.update((fields) => {
            seen.push([ctx.query.name, visitor.getStore()])
            Object.assign(fields, { [String(ctx.query.name)]: visitor.getStore() })
          })
          return 'told'
        }),
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/start')
      const { first, answer } = await heldWrite(held, () => ada.copy().get('/who?name=first'))
      const others = ['second', 'third'].map((name) => ada.copy().get(`/who?name=${name}`))
      await settled()
      answer.open()
      await Promise.all([first, ...others])
      expect(seen.length).to.be.above(3)
      for (const [asked, found] of seen as [string, string][]) expect(found).to.equal(asked)
    })
  })

  it('ask the store for no version that it never gave', async () => {
    const memory = memoryStore()
    const given = new Set<string | undefined>([undefined])
    const strange: unknown[] = []
    const others = new Gate()
    let updated = 0
    const store: Store = {
      ...memory,
      async write(key, entry, seen) {
        if (!given.has(seen)) strange.push(seen)
        await settled()
        const outcome = await (seen === undefined ? memory.write(key, entry) : memory.write(key, entry, seen))
        if ('written' in outcome) given.add(outcome.written)
        return outcome
      },
    }
    const routes: Routes = {
      ...start,
      '/twice': async (ctx) => {
        await ctx.session.update((fields) => {
          fields.views = Number(fields.views) + 1
        })
        updated += 1
        if (updated === 10) others.open()
        await others.opened
        ctx.session.a = 'twice'
        return 'twice'
      },
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/start')
      await Promise.all(Array.from({ length: 10 }, (_, n) => ada.copy().get(`/twice?name=f${n}`)))
      expect(strange).to.deep.equal([])
      const all = JSON.parse((await ada.get('/all')).body)
      expect(all).to.deep.equal({ views: 10, a: 'twice' })
    })
  })
})

describe('A session that is changed while its save() is under way', () => {
  it('keeps a maxAge that is set meanwhile', async () => {
    const { store, held } = heldStore()
    const routes: Routes = {
      ...start,
      '/act': async (ctx) => {
        const answer = new Gate()
        held.answer = answer
        ctx.session.c = 1
        const saved = ctx.session.save()
        await held.written.opened
        ctx.session.maxAge = 5000
        answer.open()
        await saved
        ctx.session.b = 1
        return 'done'
      },
      '/age': (ctx) => String(ctx.session.maxAge),
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/start')
      await ada.get('/act')
      expect((await ada.get('/age')).body).to.equal('5000')
    })
  })

  for (const ticks of [0, 1, 2, 3, 4, 5])
    it(`gets a new id when it is replaced ${ticks} promises later`, async () => {
      const routes: Routes = {
        ...start,
        '/replace': async (ctx) => {
          ctx.session.c = 1
          const saved = ctx.session.save()
          for (let tick = 0; tick < ticks; tick += 1) await null
          ctx.session = null
          ctx.session = { user: 'ada' }
          await saved
          return 'replaced'
        },
      }
      await withApp({ store: memoryStore() }, routes, async ({ browser }) => {
        const ada = browser()
        await ada.get('/start')
        const before = ada.copy()
        expect((await ada.get('/replace')).setCookies).to.have.length(1)
        expect(JSON.parse((await ada.get('/all')).body)).to.deep.equal({ user: 'ada' })
        expect(JSON.parse((await before.get('/all')).body)).to.deep.equal({})
      })
    })
})
