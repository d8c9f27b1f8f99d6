import type Application from 'koa'
import type { Context } from 'koa'
import { createSession } from 'koa-session'
import type { LogOnce } from './announce.js'
import { defineSession, mountedTwice } from './context-session.js'
import { dropCookie } from './response-cookie.js'

/** What koa-session is allowed to see and do of a request's session. */
export interface EngineSide {
  /** The storage key of the stored session, or undefined when a new key is wanted. */
  readonly currentKey: string | undefined
  /** The storage key for a new session. */
  readonly nextKey: string
  write(): Promise<void>
  /** Called when `write` is done: the moment for the cookie. */
  written(): void
  remove(): Promise<void>
}

/**
 * koa-session as the engine of the writing half of a request. It decides nothing about data: it is handed an empty
 * stand-in, its external key is the storage key (it never sees an id), and its store is the request's own session.
 * A request that changes nothing does not run it.
 */
export interface Engine {
  save(ctx: Context, side: EngineSide): Promise<void>
  destroy(ctx: Context, side: EngineSide): Promise<void>
}

const engines = new WeakMap<Application, Engine>()

/** The engine of an app; the first call defines `ctx.session` there. @throws SessionError SESSION_MOUNTED_TWICE */
export function engineOf(app: Application, log: LogOnce): Engine {
  const known = engines.get(app)
  if (known) return known
  const engine = createEngine(app, log)
  engines.set(app, engine)
  return engine
}

// Not a WeakMap: its entries outlive the garbage collector's quick rounds, and with them all that a request holds.
const sideSlot: unique symbol = Symbol('koa-shared-session.engine')
interface WithSide {
  [sideSlot]?: EngineSide
}

const standInCookie = 'koa-shared-session.stand-in'

function createEngine(app: Application, log: LogOnce): Engine {
  if (['session', 'sessionOptions'].some((name) => Object.hasOwn(app.context, name)))
    throw mountedTwice('another session middleware already owns ctx.session on this app')
  const sideOf = (ctx: Context): EngineSide => {
    const side = (ctx as WithSide)[sideSlot]
    if (!side) throw new TypeError('the engine runs only on behalf of a request')
    return side
  }
  const middleware = createSession(
    {
      key: standInCookie,
      signed: false,
      maxAge: 86_400_000,
      genid: (ctx) => sideOf(ctx).nextKey,
      externalKey: {
        get: (ctx) => sideOf(ctx).currentKey ?? '',
        set: (ctx) => sideOf(ctx).written(),
      },
      store: {
        get: async () => ({}),
        set: (_key, _standIn, _maxAge, { ctx }) => sideOf(ctx).write(),
        destroy: (_key, { ctx }) => sideOf(ctx).remove(),
      },
    },
    app,
  )
  const standIn = Object.getOwnPropertyDescriptor(app.context, 'session')
  defineSession(app, log)
  const run = (ctx: Context, side: EngineSide, prepare: () => void): Promise<void> => {
    const holder = ctx as WithSide
    holder[sideSlot] = side
    return middleware(ctx, async () => prepare())
  }
  return {
    save: (ctx, side) => run(ctx, side, () => Reflect.set(standIn?.get?.call(ctx), '_requireSave', true)),
    async destroy(ctx, side) {
      // Its clearing cookie would throw on a response that has begun.
      if (ctx.headerSent) return side.remove()
      await run(ctx, side, () => standIn?.set?.call(ctx, null))
      dropCookie(ctx, standInCookie)
    },
  }
}
