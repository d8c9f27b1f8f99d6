import type { Context } from 'koa'
import { type Stored, storedOf } from '../core/commit.js'
import { cookieValues } from '../core/cookie.js'
import { ended } from '../core/lifetime.js'
import { claimedKey, type Opened, type Place } from './carrier.js'
import type { Found } from './found.js'
import type { RequestSession } from './request-session.js'
import type { Setup } from './setup.js'

/** Cookies of one name that are tried: a browser sends several where their domains or paths differ. */
const mostTried = 4

/**
 * Reads the session that the request's cookie leads to: of several cookies the first one that leads to a session. One
 * that leads nowhere is taken back, with an event that says why; a request without one costs nothing. Fails with
 * SESSION_STORE_DOWN.
 */
export async function loadSession(ctx: Context, setup: Setup, request: RequestSession): Promise<void> {
  const values = cookieValues(ctx.headers.cookie, setup.cookie.name)
  if (values.length === 0) return
  setup.fleet?.serving(ctx.host)
  let refusal: Refusal | undefined
  let tried = 0
  for (const value of values) {
    const opened = tried < mostTried && setup.carrier.open(value)
    if (!opened) continue
    tried += 1
    const found = await find(opened, setup)
    if ('stored' in found) {
      request.begin(found)
      return askApp(ctx, setup, request)
    }
    refusal ??= found
  }
  if (!refusal) tellFleet(values, setup)
  reject(
    ctx,
    setup,
    request,
    refusal ?? { event: 'session:invalid', reason: 'the cookie is not one that our keys signed' },
  )
}

/** Another process may have signed it, with a key that we do not have. */
function tellFleet(values: readonly string[], { fleet }: Setup): void {
  const key = fleet && values.map(claimedKey).find((claimed) => claimed !== undefined)
  if (key) fleet.refused(key)
}

/** Why a cookie leads to no session. */
interface Refusal {
  event: 'session:invalid' | 'session:missed' | 'session:expired'
  reason: string
}

async function find({ place, verdict }: Opened, setup: Setup): Promise<Found | Refusal> {
  const entry = await place.store.read(place.key)
  if (!entry) return { event: 'session:missed', reason: 'the store does not know the session, or it expired' }
  const stored = storedOf(entry)
  if (!stored) return { event: 'session:invalid', reason: 'the stored record is torn or not ours' }
  if (stored.record.successor !== undefined && !(await goesOn(place, stored)))
    return { event: 'session:missed', reason: 'the session ended under its new id' }
  const end = ended(stored.record, stored.expires, setup.policy, Date.now())
  if (!end) return { place, stored, olderKey: verdict === 'older' }
  await removeQuietly(() => place.store.remove(place.key))
  return { event: 'session:expired', reason: endings[end] }
}

/** Whether the session lives where an exchanged id leads: a logout there ends what the old id still showed. */
async function goesOn({ store }: Place, { record }: Stored): Promise<boolean> {
  let { successor } = record
  for (let hop = 0; successor !== undefined && hop < mostTried; hop += 1) {
    const entry = await store.read(successor)
    const next = entry && storedOf(entry)
    if (!next) return false
    successor = next.record.successor
  }
  return true
}

const endings = {
  idle: 'it was not used for longer than its lifetime',
  absolute: 'it was created longer ago than the absolute lifetime',
}

async function askApp(ctx: Context, setup: Setup, request: RequestSession): Promise<void> {
  const { valid } = setup.hooks
  if (!valid || !request.session || (await valid(ctx, request.session))) return
  // The session goes on under its new id, whatever is said of the data from before.
  if (request.found?.stored.record.successor !== undefined) return request.forget('keep')
  await removeQuietly(() => request.remove())
  reject(ctx, setup, request, { event: 'session:invalid', reason: 'valid() refused it' })
}

function reject(ctx: Context, setup: Setup, request: RequestSession, { event, reason }: Refusal): void {
  request.forget('clear')
  setup.announce(event, reason, ctx.app, ctx)
}

// Such a session is refused at every read, so a removal that fails changes nothing for anybody.
const removeQuietly = (remove: () => Promise<void>) => remove().catch(() => undefined)
