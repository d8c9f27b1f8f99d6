import type Application from 'koa'
import type { Context } from 'koa'
import { SessionError } from '../core/errors.js'
import type { LogOnce } from './announce.js'
import type { Session } from './session.js'

/** What stands behind `ctx.session` during one request. */
export interface Behind {
  session: Session | null
}

/** A request that asked for no session work. */
export const skipped = Symbol('skipped')

const slot: unique symbol = Symbol('koa-shared-session')
interface WithSlot {
  [slot]?: Behind | typeof skipped
}

/** Puts a session behind the context. @throws SessionError SESSION_MOUNTED_TWICE when one is there */
export function attach(ctx: Context, behind: Behind | typeof skipped): void {
  const holder = ctx as WithSlot
  if (holder[slot] !== undefined) throw mountedTwice('two sharedSession() middlewares run for one request')
  if (Object.hasOwn(ctx, 'session')) throw tooEarly('written before sharedSession() ran')
  holder[slot] = behind
}

/** Gives the app's contexts their `session`. */
export function defineSession(app: Application, log: LogOnce): void {
  Object.defineProperty(app.context, 'session', {
    configurable: true,
    get(this: WithSlot) {
      const behind = this[slot]
      if (typeof behind === 'object') return behind.session
      if (behind !== skipped)
        log.warnOnce(
          'early',
          'ctx.session was read where sharedSession() had not run, and is undefined there. Put app.use(sharedSession()) before what uses it.',
        )
      return undefined
    },
    set(this: WithSlot, fields: object | null) {
      const behind = this[slot]
      if (typeof behind !== 'object')
        throw tooEarly(
          behind === skipped ? 'written on a request that skip() left out' : 'written before sharedSession() ran',
        )
      behind.session = fields as Session | null
    },
  })
}

/** The error for two session middlewares that would both own `ctx.session`. */
export function mountedTwice(what: string): SessionError {
  return new SessionError(
    'SESSION_MOUNTED_TWICE',
    `${what}, so the options of one would be ignored and its sessions lost. Keep one: remove the other app.use(session(…)), or mount each on its own routes.`,
  )
}

function tooEarly(when: string): SessionError {
  return new SessionError(
    'SESSION_UNAVAILABLE',
    `ctx.session was ${when}, so the change would be lost. Put app.use(sharedSession()) before what uses it.`,
  )
}
