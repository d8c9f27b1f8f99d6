import type { Context } from 'koa'
import { storedOf } from '../core/commit.js'
import { cookieValues } from '../core/cookie.js'
import { ended } from '../core/lifetime.js'
import type { RequestSession } from './request-session.js'
import type { Setup } from './setup.js'

/**
 * Reads the session that the request's cookie leads to. A cookie that leads nowhere is taken back, with an event that
 * says why; a request without one costs nothing. Fails with SESSION_STORE_DOWN.
 */
export async function loadSession(ctx: Context, setup: Setup, request: RequestSession): Promise<void> {
  const values = cookieValues(ctx.headers.cookie, setup.cookie.name)
  if (values.length === 0) return
  setup.fleet?.serving(ctx.req.socket.localPort)
  const opened = firstOf(values, setup.carrier.open)
  if (!opened) return reject(ctx, setup, request, 'session:invalid', 'the cookie is not one that our keys signed')
  const { place, verdict } = opened
  const entry = await place.store.read(place.key)
  if (!entry) return reject(ctx, setup, request, 'session:missed', 'the store does not know the session, or it expired')
  const stored = storedOf(entry)
  if (!stored) return reject(ctx, setup, request, 'session:invalid', 'the stored record is torn or not ours')
  const end = ended(stored.record, stored.expires, setup.policy, Date.now())
  if (end) {
    await removeQuietly(() => place.store.remove(place.key))
    return reject(ctx, setup, request, 'session:expired', endings[end])
  }
  request.begin({ place, stored, olderKey: verdict === 'older' })
  await askApp(ctx, setup, request)
}

const endings = {
  idle: 'it was not used for longer than its lifetime',
  absolute: 'it was created longer ago than the absolute lifetime',
}

function firstOf<T, R>(values: readonly T[], open: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const opened = open(value)
    if (opened !== undefined) return opened
  }
  return undefined
}

async function askApp(ctx: Context, setup: Setup, request: RequestSession): Promise<void> {
  const { valid } = setup.hooks
  if (!valid || !request.session || (await valid(ctx, request.session))) return
  await removeQuietly(() => request.remove())
  reject(ctx, setup, request, 'session:invalid', 'valid() refused it')
}

function reject(
  ctx: Context,
  setup: Setup,
  request: RequestSession,
  event: 'session:invalid' | 'session:missed' | 'session:expired',
  reason: string,
): void {
  request.forget()
  setup.announce(event, reason, ctx.app, ctx)
}

// Such a session is refused at every read, so a removal that fails changes nothing for anybody.
const removeQuietly = (remove: () => Promise<void>) => remove().catch(() => undefined)
