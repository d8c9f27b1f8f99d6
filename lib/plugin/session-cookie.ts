import type { Context } from 'koa'
import { clearCookieLine, largestCookie, longestMaxAge, setCookieLine } from '../core/cookie.js'
import { SessionError } from '../core/errors.js'
import type { Found } from './found.js'
import type { RequestSession } from './request-session.js'
import { sendCookie } from './response-cookie.js'
import type { Setup } from './setup.js'

/** Puts on the response what the request decided about the cookie, once; to be called when the store has said yes. */
export function answerCookie(ctx: Context, setup: Setup, request: RequestSession): void {
  const fate = request.cookie
  request.cookie = 'keep'
  if (fate === 'keep' || (fate === 'send' && !request.found)) return
  if (isTooLate(ctx, setup)) return
  // The next process that this browser meets is to know us.
  setup.fleet?.serving(ctx.host)
  const line = request.found && fate === 'send' ? lineFor(request.found, setup) : clearCookieLine(setup.cookie)
  sendCookie(ctx, setup.cookie.name, line)
  if (setup.cookie.secure && !ctx.secure) warnAboutProxy(setup)
}

/** Whether the response has begun, so that no cookie can be sent any more; that is said once. */
export function isTooLate(ctx: Context, { log }: Setup): boolean {
  if (!ctx.headerSent) return false
  log.warnOnce(
    'late',
    'a session changed after the response had begun, so its cookie could not be sent: a new session or id is not stored then, as nobody could use it. Call await ctx.session.save() or regenerate() before the first byte.',
  )
  return true
}

function lineFor({ place, stored }: Found, setup: Setup): string {
  const now = Date.now()
  const dated = setup.permanent || stored.record.ownLife
  const seconds = Math.min(Math.max(1, Math.ceil((stored.expires - now) / 1000)), longestMaxAge)
  const value = place.cookieValue()
  if (value.length + setup.cookie.name.length > largestCookie) throw tooLarge(value.length)
  return setCookieLine(setup.cookie, value, dated ? seconds : undefined, now)
}

function tooLarge(length: number): SessionError {
  return new SessionError(
    'SESSION_COOKIE_TOO_LARGE',
    `A session kept in the cookie came to ${length} bytes; browsers drop cookies above ${largestCookie}, so it was not sent and the one before holds. Use a store (SESSION_STORE=file or redis), or keep less in the session.`,
  )
}

function warnAboutProxy({ log }: Setup): void {
  log.warnOnce(
    'proxy',
    'a Secure cookie is sent on a request that Koa takes for plain HTTP. Behind a proxy that ends TLS, set app.proxy = true so that Koa believes X-Forwarded-Proto; without TLS, browsers drop the cookie and nobody stays logged in.',
  )
}
