import { expect } from 'chai'
import type { Context } from 'koa'
import type { Store } from 'koa-shared-session'
import { onEachStore } from './each-store.js'
import { Gate, type Routes, serve, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

/** Holds the request that asks for it between its reading and its writing. */
function heldRoutes(): { routes: Routes; reached: Gate; go: Gate } {
  const reached = new Gate()
  const go = new Gate()
  const hold = async () => {
    reached.open()
    await go.opened
  }
  const routes: Routes = {
    '/set': (ctx) => {
      ctx.session.user = 'ada'
      return 'set'
    },
    '/all': (ctx) => ctx.session.toJSON(),
    '/out': (ctx) => {
      ctx.session = null
      return 'out'
    },
    '/login': async (ctx) => {
      await ctx.session.regenerate()
      ctx.session.user = 'grace'
      return 'in'
    },
    '/fast': (ctx) => {
      ctx.session.a = 1
      return 'fast'
    },
    '/slow-write': async (ctx) => {
      ctx.session.b = 2
      await hold()
      return 'slow'
    },
    '/slow-read': async (ctx) => {
      const { user } = ctx.session
      await hold()
      return user ?? 'nobody'
    },
    '/slow-untouched': async () => {
      await hold()
      return 'untouched'
    },
    '/slow-out': async (ctx) => {
      ctx.session = null
      await hold()
      return 'out'
    },
    '/slow-change-of-user': async (ctx) => {
      ctx.session = null
      ctx.session = { user: 'grace' }
      await hold()
      return 'changed'
    },
    '/slow-delete': async (ctx) => {
      delete ctx.session.user
      await hold()
      return 'deleted'
    },
    '/slow-regenerate': async (ctx) => {
      ctx.session.b = 2
      await hold()
      await ctx.session.regenerate()
      return 'regenerated'
    },
    '/save-then-hold': async (ctx) => {
      ctx.session.a = 1
      await ctx.session.save()
      await hold()
      ctx.session.c = 3
      return 'saved'
    },
  }
  return { routes, reached, go }
}

const read = async (answer: Promise<{ body: string }>) => JSON.parse((await answer).body)

onEachStore('Lost updates and resurrection (koa-session.md 4.2)', (open) => {
  it('R6 two parallel writers: both changes stay, and the conflict is told', async () => {
    const { routes, reached, go } = heldRoutes()
    await withApp({ store: open() }, routes, async ({ browser, events }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/slow-write')
      await reached.opened
      await ada.get('/fast')
      go.open()
      await slow
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada', a: 1, b: 2 })
      expect(events.map((each) => each.event)).to.deep.equal(['session:conflict'])
    })
  })

  for (const logout of ['/slow-out', '/slow-change-of-user'])
    it(`R8 S4 a logout by ${logout} also ends a session that got a new id meanwhile, twice even`, async () => {
      const { routes, reached, go } = heldRoutes()
      await withApp({ store: open() }, routes, async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const tab = ada.copy()
        const slow = tab.get(logout)
        await reached.opened
        const first = ada.copy()
        await ada.get('/login')
        const second = ada.copy()
        await ada.get('/login')
        go.open()
        await slow
        for (const dead of [first, second, ada]) expect(await read(dead.get('/all'))).to.deep.equal({})
        expect(await read(tab.get('/all'))).to.deep.equal(logout === '/slow-out' ? {} : { user: 'grace' })
      })
    })

  it('S4 a logout with an id that was exchanged a moment ago ends the session, and clears the cookie', async () => {
    const { routes } = heldRoutes()
    await withApp({ store: open() }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const tab = ada.copy()
      await ada.get('/login')
      await tab.get('/out')
      expect(tab.cookies.size).to.equal(0)
      expect(await read(ada.get('/all'))).to.deep.equal({})
    })
  })

  it('S4 a change of user with an id that was exchanged a moment ago ends the session, and begins another', async () => {
    const { routes } = heldRoutes()
    const change: Routes = {
      '/change-of-user': (ctx) => {
        ctx.session = null
        ctx.session = { user: 'eve' }
        return 'changed'
      },
    }
    await withApp({ store: open() }, { ...routes, ...change }, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const tab = ada.copy()
      await ada.get('/login')
      await tab.get('/change-of-user')
      expect(await read(ada.get('/all'))).to.deep.equal({})
      expect(await read(tab.get('/all'))).to.deep.equal({ user: 'eve' })
    })
  })

  for (const rolling of [false, true])
    it(`R8 the cookie of an earlier save() is taken back when the session has ended${rolling ? ', rolling' : ''}`, async () => {
      const { routes, reached, go } = heldRoutes()
      await withApp({ store: open(), permanent: true, rolling }, routes, async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set')
        const slow = ada.get('/save-then-hold')
        await reached.opened
        await ada.copy().get('/out')
        go.open()
        expect((await slow).setCookies).to.deep.equal([])
        expect(events.map((each) => each.event)).to.include('session:dropped')
      })
    })

  it('R4 a save() that merged, and the end of its request, write once', async () => {
    const [reached, go] = [new Gate(), new Gate()]
    const store = watchedStore(open())
    const routes: Routes = {
      ...heldRoutes().routes,
      '/merge': async (ctx) => {
        ctx.session.c = 3
        reached.open()
        await go.opened
        await ctx.session.save()
        return 'saved'
      },
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/merge')
      await reached.opened
      await ada.copy().get('/fast')
      store.calls.length = 0
      go.open()
      await slow
      expect(store.methods().filter((method) => method === 'write')).to.have.length(2)
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada', a: 1, c: 3 })
    })
  })

  it('R6 a writer that gave way builds on what is there by then, so that it gets through', async () => {
    const inner = open()
    let isFresh = true
    /** Others write before every try that is built on anything but what was just read. */
    const store: Store = {
      ...(inner.kind && { kind: inner.kind }),
      read: (key) => {
        isFresh = true
        return inner.read(key)
      },
      async write(key, entry, seen) {
        const theirs = isFresh || seen === undefined ? undefined : await inner.read(key)
        if (theirs) await inner.write(key, theirs, theirs.version)
        isFresh = false
        return inner.write(key, entry, seen)
      },
      touch: (...args) => inner.touch(...args),
      remove: (key) => inner.remove(key),
      check: () => inner.check(),
      close: () => inner.close(),
    }
    const { routes, reached, go } = heldRoutes()
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/slow-write')
      await reached.opened
      isFresh = false
      go.open()
      expect((await slow).status).to.equal(200)
      expect(await read(ada.get('/all'))).to.include({ b: 2 })
    })
  })

  it('R6 a deletion and a parallel write: both hold', async () => {
    const { routes, reached, go } = heldRoutes()
    await withApp({ store: open() }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/slow-delete')
      await reached.opened
      await ada.get('/fast')
      go.open()
      await slow
      expect(await read(ada.get('/all'))).to.deep.equal({ a: 1 })
    })
  })

  it('R7 a slow reader under rolling does not erase what another request wrote', async () => {
    const { routes, reached, go } = heldRoutes()
    await withApp({ store: open(), rolling: true, lifetime: 60 }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/slow-read')
      await reached.opened
      await ada.get('/fast')
      go.open()
      expect((await slow).body).to.equal('ada')
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada', a: 1 })
    })
  })

  it('R5 R4 R85 what others write between save() and the end stays', async () => {
    const { routes, reached, go } = heldRoutes()
    await withApp({ store: open() }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/save-then-hold')
      await reached.opened
      await ada.get('/out')
      go.open()
      await slow
      expect(await read(ada.get('/all')), 'a logout in between').to.deep.equal({})
    })
    const again = heldRoutes()
    await withApp({ store: open() }, again.routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/save-then-hold')
      await again.reached.opened
      const other = browser()
      for (const [name, value] of ada.cookies) other.cookies.set(name, value)
      again.routes['/fast'] = (ctx) => {
        ctx.session.b = 2
        return 'fast'
      }
      await other.get('/fast')
      again.go.open()
      await slow
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada', a: 1, b: 2, c: 3 })
    })
  })

  for (const path of ['/slow-write', '/slow-read', '/slow-untouched', '/slow-delete', '/slow-regenerate'])
    it(`R8 S4 a logout stays a logout while ${path} is under way`, async () => {
      const { routes, reached, go } = heldRoutes()
      const store = watchedStore(open())
      await withApp({ store, rolling: true, lifetime: 60 }, routes, async ({ browser, events }) => {
        const ada = browser()
        await ada.get('/set')
        const before = ada.copy()
        const slow = ada.copy().get(path)
        await reached.opened
        await ada.get('/out')
        go.open()
        expect((await slow).setCookies, 'no cookie for a dead session').to.deep.equal([])
        expect(await read(before.get('/all'))).to.deep.equal({})
        expect(await store.liveKeys()).to.deep.equal([])
        if (!path.includes('read') && !path.includes('untouched'))
          expect(events.map((each) => each.event)).to.include('session:dropped')
      })
    })

  for (const path of ['/slow-write', '/slow-read', '/slow-untouched'])
    it(`R11 ${path} during a login does not bring the old id back`, async () => {
      const { routes, reached, go } = heldRoutes()
      await withApp({ store: open(), rolling: true, permanent: true, lifetime: 60 }, routes, async ({ browser }) => {
        const ada = browser()
        await ada.get('/set')
        const tab = ada.copy()
        const slow = tab.get(path)
        await reached.opened
        await ada.get('/login')
        go.open()
        expect((await slow).setCookies).to.deep.equal([])
        expect((await read(ada.get('/all'))).user).to.equal('grace')
      })
    })

  it('R80 two parallel regenerate(): one live session', async () => {
    const { routes, reached, go } = heldRoutes()
    const store = watchedStore(open())
    await withApp({ store }, routes, async ({ browser, events }) => {
      const ada = browser()
      await ada.get('/set')
      const tab = ada.copy()
      const slow = tab.get('/slow-regenerate')
      await reached.opened
      await ada.get('/login')
      go.open()
      expect((await slow).setCookies).to.deep.equal([])
      expect(events.map((each) => each.event)).to.include('session:dropped')
      expect(await store.liveKeys()).to.have.length(1)
      expect((await read(ada.get('/all'))).user).to.equal('grace')
    })
  })

  it('what others write while an id is exchanged moves along', async () => {
    const { routes, reached, go } = heldRoutes()
    await withApp({ store: open() }, routes, async ({ browser }) => {
      const ada = browser()
      await ada.get('/set')
      const slow = ada.get('/slow-regenerate')
      await reached.opened
      await ada.copy().get('/fast')
      go.open()
      await slow
      expect(await read(ada.get('/all'))).to.deep.equal({ user: 'ada', a: 1, b: 2 })
    })
  })

  it('R27 a change is noticed by comparing data, so values with equal CRC-32 are both stored', () => {
    return withApp(
      { store: open() },
      {
        '/': (ctx: Context) => {
          ctx.session.a = ctx.query.a
          return 'set'
        },
        '/a': (ctx) => String(ctx.session.a),
      },
      async ({ browser }) => {
        const [one, two] = collision()
        const ada = browser()
        await ada.get(`/?a=${one}`)
        await ada.get(`/?a=${two}`)
        expect((await ada.get('/a')).body).to.equal(two)
      },
    )
  })

  it('resolve() decides a field that both changed', async () => {
    const { routes, reached, go } = heldRoutes()
    const contests: unknown[] = []
    const served = await serve(
      {
        store: open(),
        resolve: (contest) => {
          contests.push(contest)
          return `${contest.theirs}+${contest.ours}`
        },
      },
      {
        ...routes,
        '/slow-user': async (ctx) => {
          ctx.session.user = 'ours'
          reached.open()
          await go.opened
          return 'slow'
        },
        '/user': (ctx) => {
          ctx.session.user = 'theirs'
          return 'fast'
        },
      },
    )
    const ada = served.browser()
    await ada.get('/set')
    const slow = ada.get('/slow-user')
    await reached.opened
    await ada.get('/user')
    go.open()
    await slow
    expect((await read(ada.get('/all'))).user).to.equal('theirs+ours')
    expect(contests).to.deep.equal([{ path: ['user'], base: 'ada', ours: 'ours', theirs: 'theirs' }])
    await served.close()
  })
})

/** Two texts whose CRC-32 inside {"a":"…"} is equal: a birthday search, the same every run. */
function collision(): [string, string] {
  const seen = new Map<number, string>()
  for (let number = 0; ; number += 1) {
    const text = (number * 2_654_435_761).toString(36)
    const hash = crc32(JSON.stringify({ a: text }))
    const other = seen.get(hash)
    if (other !== undefined && other !== text) return [other, text]
    seen.set(hash, text)
  }
}

const table = Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(text: string): number {
  let crc = -1
  for (const byte of Buffer.from(text)) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0)
  return crc ^ -1
}
