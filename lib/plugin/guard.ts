import { SessionError } from '../core/errors.js'
import type { Store } from '../core/store.js'

/** Told when the store stops serving, and when it serves again. */
export interface StoreWatch {
  down(reason: string): void
  up(secondsDown: number): void
}

/**
 * The store with bounded time: every call answers within `timeout` ms or fails with SESSION_STORE_DOWN. The message
 * says why, and holds neither keys nor data.
 */
export function guardStore(store: Store, timeout: number, watch: StoreWatch): Store {
  let downSince: number | undefined
  const served = () => {
    if (downSince === undefined) return
    const seconds = Math.round((Date.now() - downSince) / 1000)
    downSince = undefined
    watch.up(seconds)
  }
  const failed = (cause: unknown): never => {
    const error = storeDown(cause)
    if (downSince === undefined) {
      downSince = Date.now()
      watch.down(reasonOf(cause))
    }
    throw error
  }
  const bounded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const answer = await inTime(work(), timeout)
      served()
      return answer
    } catch (cause) {
      return failed(cause)
    }
  }
  const { prune } = store
  return {
    ...(store.kind && { kind: store.kind }),
    read: (key) => bounded(() => store.read(key)),
    write: (key, entry, seen) => bounded(() => store.write(key, entry, seen)),
    touch: (key, expires, seen) => bounded(() => store.touch(key, expires, seen)),
    remove: (key) => bounded(() => store.remove(key)),
    check: () => bounded(() => store.check()),
    close: () => store.close(),
    ...(prune && { prune: () => prune.call(store) }),
  }
}

class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

async function inTime<T>(work: Promise<T>, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`it did not answer within ${timeout} ms`)), timeout)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function storeDown(cause: unknown): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    `The session store does not serve: ${reasonOf(cause)}. Sessions can be neither read nor kept until it does; cookies are left as they are, and it is asked again with every request. Check that the server runs, that its address and password are right, and that it has room.`,
  )
}

/** Why, in short. Long words are left out: they could be a key. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it failed without an error'
  const { code, message } = cause as Error & { code?: unknown }
  const text = message || (typeof code === 'string' ? code : cause.name)
  return text.replace(/[A-Za-z0-9_-]{32,}/g, '…')
}
