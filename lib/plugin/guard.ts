import { SessionError } from '../core/errors.js'
import { strangerKey } from '../core/session-id.js'
import type { Store } from '../core/store.js'
import { Outage, type OutageWatch, reasonOf, type Side } from './outage.js'
import { TimeLimit } from './time-limit.js'

/**
 * The store with bounded time: every call answers within `limit` ms or fails with SESSION_STORE_DOWN, and at once while
 * the store is known to answer nothing. The message says why, and holds neither keys nor data. `check` besides reads a
 * session that nobody has, since a server can be there and yet refuse sessions.
 */
export function guardStore(store: Store, limit: number, watch: OutageWatch): Store {
  const time = new TimeLimit(limit)
  const outage = new Outage(watch, (key) => time.within(attempt(() => store.read(key))))
  const call = async <T>(side: Side, key: string, work: () => Promise<T>): Promise<T> => {
    const reason = outage.breaker(side)
    if (reason !== undefined) throw storeDown(reason)
    try {
      const answer = await time.within(work())
      outage.served(side)
      return answer
    } catch (cause) {
      outage.failed(side, cause, key)
      throw storeDown(reasonOf(cause))
    }
  }
  const { prune } = store
  return {
    ...(store.kind && { kind: store.kind }),
    read: (key) => call('read', key, () => store.read(key)),
    write: (key, entry, seen) => call('write', key, () => store.write(key, entry, seen)),
    touch: (key, expires, seen) => call('write', key, () => store.touch(key, expires, seen)),
    remove: (key) => call('write', key, () => store.remove(key)),
    check: async () => {
      const reason = outage.breaker('read')
      if (reason !== undefined) throw storeDown(reason)
      try {
        await time.within(Promise.all([store.check(), store.read(strangerKey())]))
      } catch (cause) {
        outage.failed('read', cause)
        throw storeDown(reasonOf(cause))
      }
    },
    close: () => {
      outage.close()
      return store.close()
    },
    ...(prune && { prune: () => prune.call(store) }),
  }
}

/** A store that throws at once fails like one that rejects. */
const attempt = async <T>(work: () => Promise<T>): Promise<T> => work()

function storeDown(reason: string): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    `The session store does not serve: ${reason}. Sessions can be neither read nor kept until it does; cookies are left as they are, and it is asked again by itself. Check that the server runs, that its address and password are right, and that it has room.`,
  )
}
