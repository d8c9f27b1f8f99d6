import { type Stored, storedOf } from '../core/commit.js'
import { touchDue } from '../core/lifetime.js'
import type { Found } from './found.js'
import type { Setup } from './setup.js'

/** A session that lives on, and whether its cookie is due to be sent again. */
interface Alive {
  stored: Stored
  cookieDue: boolean
}

/**
 * For a request that changed nothing: moves the deadline where `rolling` asks for it, and finds out whether a cookie of
 * an older key may be issued anew, which it may not for a session that ended meanwhile. Undefined: nothing to do.
 */
export function keepAlive(found: Found, setup: Setup): Promise<Alive | undefined> | undefined {
  const { stored, olderKey } = found
  const due = touchDue(stored.record, stored.expires, setup.policy, Date.now())
  return due === undefined && !olderKey ? undefined : moveDeadline(found, due ?? stored.expires, setup)
}

async function moveDeadline(found: Found, expires: number, { permanent }: Setup): Promise<Alive | undefined> {
  const { stored, olderKey, place } = found
  try {
    if (await place.store.touch(place.key, expires, stored.version)) {
      const dated = permanent || stored.record.ownLife
      return { stored: { ...stored, expires }, cookieDue: dated || olderKey || place.inCookie }
    }
    return olderKey ? await lookAgain(found) : undefined
  } catch {
    // The request read its session and changed nothing, so it must not fail because a deadline could not be moved.
    return undefined
  }
}

/** A touch fails also where another request wrote the session: then it lives, and its cookie may be sent. */
async function lookAgain({ place }: Found): Promise<Alive | undefined> {
  const entry = await place.store.read(place.key)
  const stored = entry && storedOf(entry)
  return stored && stored.record.successor === undefined ? { stored, cookieDue: true } : undefined
}
