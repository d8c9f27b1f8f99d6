import { expect } from 'chai'
import type { SharedSessionOptions } from 'koa-shared-session'
import { sharedSession } from 'koa-shared-session'
import { Gate, LogBook, type Routes, type Served, strongKey, withApp } from './served-app.js'

type Resolve = NonNullable<SharedSessionOptions['resolve']>

/** Lets two requests change one field, and answers what the one saw that had to merge. */
async function contest(resolve: unknown, prove: (status: number, stored: object, served: Served) => void) {
  const [reached, go] = [new Gate(), new Gate()]
  const routes: Routes = {
    '/set': (ctx) => {
      ctx.session.user = String(ctx.query.to)
      return 'set'
    },
    '/slow': async (ctx) => {
      ctx.session.user = 'ours'
      reached.open()
      await go.opened
      return 'slow'
    },
    '/all': (ctx) => ctx.session.toJSON(),
  }
  await withApp({ resolve: resolve as Resolve }, routes, async (served) => {
    const ada = served.browser()
    await ada.get('/set?to=base')
    const slow = ada.copy().get('/slow')
    await reached.opened
    await ada.get('/set?to=theirs')
    go.open()
    const { status } = await slow
    prove(status, JSON.parse((await ada.get('/all')).body), served)
  })
}

describe('options.resolve', () => {
  it('deletes the field where it answers undefined', () =>
    contest(
      () => undefined,
      (status, stored) => expect([status, stored]).to.deep.equal([200, {}]),
    ))

  it('an async function stops the boot', () => {
    const boot = () => sharedSession({ keys: strongKey, logger: new LogBook(), resolve: (async () => 1) as never })
    expect(boot).to.throw(/^options\.resolve must be a function that answers at once/)
    expect(boot).to.throw().with.property('code', 'SESSION_OPTION_INVALID')
  })

  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  before(() => process.on('unhandledRejection', note))
  after(() => {
    process.off('unhandledRejection', note)
    expect(unhandled).to.deep.equal([])
  })

  for (const [what, promise] of Object.entries({
    'a promise': () => Promise.resolve('both'),
    'a promise that fails': () => Promise.reject(new Error('too late')),
  }))
    it(`answering ${what} is an error that names it, and the stored session stays`, () =>
      contest(promise, (status, stored, { errors }) => {
        expect([status, stored]).to.deep.equal([500, { user: 'theirs' }])
        expect(errors.map(({ message }) => message.slice(0, 34))).to.deep.equal(['options.resolve answered a promise'])
        expect(Reflect.get(errors[0] ?? {}, 'code')).to.equal('SESSION_OPTION_INVALID')
      }))

  const circular: Record<string, unknown> = {}
  circular.self = circular
  for (const [what, value] of Object.entries({
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    'NaN inside': { deep: [Number.NaN] },
    'a BigInt': 1n,
    'a function': () => 1,
    'a symbol': Symbol('both'),
    'a date': new Date(0),
    'something that refers to itself': circular,
  }))
    it(`answering ${what} is like other data that cannot be stored: a line, and the stored session stays`, () =>
      contest(
        () => value,
        (status, stored, { log }) => {
          expect([status, stored]).to.deep.equal([200, { user: 'theirs' }])
          expect(log.at('error').map((line) => line.includes('options.resolve answered something'))).to.deep.equal([
            true,
          ])
        },
      ))
})

it('values that JSON changes or loses without a word are named outside production', () => {
  const values: unknown[] = [Number.NaN, [1, Number.NEGATIVE_INFINITY], () => 1, { inner: Symbol('inner') }]
  return withApp(
    {},
    {
      '/': (ctx) => {
        ctx.session.a = 1
        ctx.session.b = values[Number(ctx.query.n)]
        return 'set'
      },
    },
    async ({ browser, log }) => {
      const ada = browser()
      for (const n of values.keys()) await ada.get(`/?n=${n}`)
      const said = log.at('warn').map((line) => line.match(/ctx\.session\S* is read back as \w+/)?.[0])
      expect(said).to.deep.equal(['ctx.session.b is read back as null', 'ctx.session.b is read back as nothing'])
    },
  )
})
