import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { PassThrough, Readable } from 'node:stream'
import { expect } from 'chai'
import type Koa from 'koa'
import type { Context } from 'koa'
import { memoryStore, type Store } from 'koa-shared-session'
import { eventually } from '../servers/process.js'
import { type Routes, type Served, withApp } from './served-app.js'
import { type WatchedStore, watchedStore } from './watched-store.js'

/** What a handler does to its session. */
const acts: Record<string, (ctx: Context) => Promise<void> | void> = {
  untouched: () => undefined,
  changed: (ctx) => {
    ctx.session.a = 'changed'
  },
  destroyed: (ctx) => {
    ctx.session = null
  },
  regenerated: async (ctx) => {
    await ctx.session.regenerate()
    ctx.session.a = 'changed'
  },
}

/** How it answers, before or after it has acted. */
interface Kind {
  readonly answer: (ctx: Context, act: () => Promise<void> | void) => unknown
  readonly status: number
  readonly body: string
  /** The first byte left before the act, so that no cookie can follow. */
  readonly late?: true
  readonly method?: 'HEAD'
}

const inOrder = (finish: (ctx: Context) => unknown): Kind['answer'] => {
  return async (ctx, act) => {
    await act()
    return finish(ctx)
  }
}

const withStatus = (status: number) => (ctx: Context) => {
  ctx.status = status
}

const kinds: Record<string, Kind> = {
  ordinary: { answer: inOrder(() => 'done'), status: 200, body: 'done' },
  redirect: { answer: inOrder((ctx) => void ctx.redirect('/next')), status: 302, body: 'Redirecting to /next.' },
  'ctx.throw': { answer: inOrder((ctx) => ctx.throw(400, 'wrong')), status: 400, body: 'wrong' },
  'an error without status': {
    answer: inOrder(() => {
      throw new Error('inside')
    }),
    status: 500,
    body: 'Internal Server Error',
  },
  'an error that middleware behind us turns into a page': {
    answer: inOrder((ctx) => ctx.throw(409, 'behind')),
    status: 409,
    body: 'page: behind',
  },
  'an error that middleware before us turns into a page': {
    answer: inOrder((ctx) => ctx.throw(410, 'before')),
    status: 410,
    body: 'page: before',
  },
  'a stream': { answer: inOrder(() => Readable.from(['one ', 'two'])), status: 200, body: 'one two' },
  HEAD: { answer: inOrder(() => 'done'), status: 200, body: '', method: 'HEAD' },
  '204': { answer: inOrder(withStatus(204)), status: 204, body: '' },
  '304': { answer: inOrder(withStatus(304)), status: 304, body: '' },
  'ctx.respond = false, then res.end() later': {
    answer: inOrder((ctx) => {
      ctx.respond = false
      ctx.res.statusCode = 200
      setImmediate(() => setImmediate(() => ctx.res.end('own')))
    }),
    status: 200,
    body: 'own',
  },
  'server-sent events after flushHeaders()': {
    answer: async (ctx, act) => {
      ctx.status = 200
      ctx.type = 'text/event-stream'
      ctx.flushHeaders()
      await act()
      const stream = new PassThrough()
      stream.end('data: 1\n\n')
      return stream
    },
    status: 200,
    body: 'data: 1\n\n',
    late: true,
  },
  'res.end() in the handler': {
    answer: async (ctx, act) => {
      ctx.respond = false
      ctx.res.statusCode = 200
      ctx.res.end('own')
      await act()
    },
    status: 200,
    body: 'own',
    late: true,
  },
}

const routes: Routes = {
  '/login': (ctx) => {
    ctx.session.user = 'ada'
    return 'in'
  },
  '/all': (ctx) => ctx.session.toJSON(),
  '/act': (ctx) => {
    const kind = kinds[decodeURIComponent(String(ctx.query.kind))]
    const act = acts[String(ctx.query.act)]
    if (!kind || !act) throw new Error('unknown')
    return kind.answer(ctx, () => act(ctx))
  },
}

const pageFor = (words: string) => (app: Koa) => {
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (!(error instanceof Error) || error.message !== words) throw error
      ctx.status = Reflect.get(error, 'status')
      ctx.body = `page: ${words}`
    }
  })
}

const unhandled: unknown[] = []

describe('Every kind of response: the data and the cookie agree, and nothing hangs', () => {
  const note = (error: unknown) => unhandled.push(error)
  before(() => process.on('unhandledRejection', note))
  after(() => {
    process.off('unhandledRejection', note)
    expect(unhandled).to.deep.equal([])
  })

  for (const [name, kind] of Object.entries(kinds))
    for (const act of Object.keys(acts))
      it(`${kind.late ? 'R20' : 'R16'} ${name}, ${act}`, async () => {
        const store = watchedStore()
        await withApp(
          { store, permanent: true },
          routes,
          (served) => prove(served, store, name, act),
          pageFor('before'),
          pageFor('behind'),
        )
      })

  it('R52 a client that has gone: the change is stored', async () => {
    const store = watchedStore()
    const gone: Routes = {
      ...routes,
      '/slow': async (ctx) => {
        ctx.session.a = 'changed'
        await new Promise((resolve) => ctx.req.once('close', resolve))
        return 'nobody hears this'
      },
    }
    await withApp({ store }, gone, async ({ browser, origin }) => {
      const ada = browser()
      await ada.get('/login')
      const abort = new AbortController()
      const asked = fetch(`${origin}/slow`, {
        headers: { cookie: `session=${ada.cookies.get('session')}` },
        signal: abort.signal,
      })
      await eventually('the request is under way', async () => store.methods().includes('read'))
      abort.abort()
      await asked.catch(() => undefined)
      await eventually('it is stored', async () => (await ada.get('/all')).body === '{"user":"ada","a":"changed"}')
    })
  })

  it('R20 a stream that fails while the session is stored is answered as any error, and ends no process', async () => {
    const routes: Routes = {
      '/file': (ctx) => {
        ctx.session.views = 1
        return createReadStream('/nowhere/at/all')
      },
      '/views': (ctx) => ctx.session.views ?? 'nobody',
    }
    const memory = memoryStore()
    const store: Store = {
      ...memory,
      async write(...args) {
        // As a store over a network: the file system is faster.
        await access('/nowhere/at/all').catch(() => undefined)
        return memory.write(...args)
      },
    }
    await withApp({ store }, routes, async ({ browser }) => {
      const ada = browser()
      expect((await ada.get('/file')).status).to.equal(500)
      expect((await ada.get('/views')).body).to.equal('1')
    })
  })

  it('R21 a logout inside a stream of the web is not done, and is warned about', async () => {
    const late: Routes = {
      ...routes,
      '/stream': (ctx) =>
        ReadableStream.from(
          (async function* () {
            yield 'one'
            ctx.session = null
            yield 'two'
          })(),
        ),
    }
    await withApp({}, late, async ({ browser, log }) => {
      const ada = browser()
      await ada.get('/login')
      expect((await ada.get('/stream')).body).to.equal('onetwo')
      await eventually('the warning', async () => log.at('warn').some((line) => line.includes('after the response')))
    })
  })

  it('R21 a change inside a stream is not stored, and is warned about', async () => {
    const late: Routes = {
      ...routes,
      '/stream': (ctx) => {
        ctx.session.a = 'early'
        return Readable.from(
          (async function* () {
            yield 'one'
            ctx.session.a = 'late'
            yield 'two'
          })(),
        )
      },
    }
    await withApp({}, late, async ({ browser, log }) => {
      const ada = browser()
      await ada.get('/login')
      expect((await ada.get('/stream')).body).to.equal('onetwo')
      expect((await ada.get('/all')).body).to.equal('{"user":"ada","a":"early"}')
      await eventually('the warning', async () => log.at('warn').some((line) => line.includes('after the response')))
    })
  })
})

async function prove({ browser, log }: Served, store: WatchedStore, name: string, act: string): Promise<void> {
  const kind = kinds[name] as Kind
  const ada = browser()
  await ada.get('/login')
  const before = ada.copy()
  const answer = await ada.get(`/act?act=${act}&kind=${encodeURIComponent(name)}`, {}, kind.method)
  expect([answer.status, answer.body]).to.deep.equal([kind.status, kind.body])
  await stored(store, act, kind)
  const moved = ada.cookies.get('session') !== before.cookies.get('session')
  if (kind.late) {
    expect(answer.setCookies).to.deep.equal([])
    expect(log.at('warn').filter((line) => line.includes('response had begun')).length).to.equal(
      act === 'untouched' ? 0 : 1,
    )
  } else {
    expect(answer.setCookies).to.have.length(act === 'untouched' ? 0 : 1)
    expect(moved).to.equal(act === 'regenerated' || act === 'destroyed')
    expect(ada.cookies.size).to.equal(act === 'destroyed' ? 0 : 1)
  }
  const fields = JSON.parse((await ada.get('/all')).body)
  const expected = { untouched: { user: 'ada' }, destroyed: {} }[act] ?? { user: 'ada', a: 'changed' }
  expect(fields).to.deep.equal(expected)
  expect(await store.liveKeys()).to.have.length(act === 'destroyed' ? 0 : 1)
}

/** Where the app answers by itself, the client may know before the session is stored. */
async function stored(store: WatchedStore, act: string, { late }: Kind): Promise<void> {
  if (!late || act === 'untouched') return
  await eventually('it is stored', async () => store.methods().filter((method) => method === 'write').length > 1)
}
