import type { Stored } from '../core/commit.js'
import type { Place } from './carrier.js'

/** A stored session that the cookie of a request leads to. */
export interface Found {
  readonly place: Place
  readonly stored: Stored
  /** The cookie was signed by an older key, so it is due to be issued anew. */
  readonly olderKey: boolean
}

/** A write in place needs no new cookie, unless the cookie has a date, an older key, or the session in it. */
export function isCookieDue({ place, stored, olderKey }: Found, permanent: boolean, isLifeSet: boolean): boolean {
  return permanent || stored.record.ownLife || isLifeSet || olderKey || place.inCookie
}

/** Why a write of a session is dropped: it has ended, or got a new id, and nothing an old request does to it counts. */
export const dropReasons = {
  gone: 'the session ended while this request was under way',
  replaced: 'the session got a new id while this request was under way',
}
