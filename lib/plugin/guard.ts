import { SessionError } from '../core/errors.js'
import type { Store } from '../core/store.js'
import { Outage, type OutageWatch, reasonOf, type Side } from './outage.js'
import { TimeLimit } from './time-limit.js'

/**
 * The store with bounded time: every call answers within `limit` ms or fails with SESSION_STORE_DOWN, and at once while
 * the store is known to answer nothing. The message says why, and holds neither keys nor data.
 */
export function guardStore(store: Store, limit: number, watch: OutageWatch): Store {
  const time = new TimeLimit(limit)
  const ask = async <T>(side: Side, work: () => Promise<T>): Promise<T> => {
    try {
      const answer = await time.within(work())
      outage.served(side)
      return answer
    } catch (cause) {
      outage.failed(side, cause)
      throw storeDown(reasonOf(cause))
    }
  }
  const check = () => ask('read', () => store.check())
  const outage = new Outage(watch, check)
  const call = <T>(side: Side, work: () => Promise<T>): Promise<T> =>
    outage.breaker === undefined ? ask(side, work) : Promise.reject(storeDown(outage.breaker))
  const { prune } = store
  return {
    ...(store.kind && { kind: store.kind }),
    read: (key) => call('read', () => store.read(key)),
    write: (key, entry, seen) => call('write', () => store.write(key, entry, seen)),
    touch: (key, expires, seen) => call('write', () => store.touch(key, expires, seen)),
    remove: (key) => call('write', () => store.remove(key)),
    check,
    close: () => {
      outage.close()
      return store.close()
    },
    ...(prune && { prune: () => prune.call(store) }),
  }
}

function storeDown(reason: string): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    `The session store does not serve: ${reason}. Sessions can be neither read nor kept until it does; cookies are left as they are, and it is asked again by itself. Check that the server runs, that its address and password are right, and that it has room.`,
  )
}
