import { SessionError } from './errors.js'
import type { StoreName } from './option-table.js'
import type { Settings, Sources } from './options.js'
import type { Store } from './store.js'

/** Where sessions rest: one of ours by name, or a store that somebody else wrote. */
export type Backend = StoreName | 'memory' | 'custom'

/** The backend, and why it was chosen, as the end of the sentence "sessions in …: …". */
export interface BackendChoice {
  backend: Backend
  because: string
}

const ownKinds: readonly string[] = ['redis', 'file', 'memory'] satisfies Backend[]

/** The backend of a store object: what it says it is, where that is one of ours. */
function backendOf(store: Store): Backend {
  return store.kind && ownKinds.includes(store.kind) ? (store.kind as Backend) : 'custom'
}

/**
 * Chooses once, at boot: the `store` option, Redis where an address is set, signed cookies while a test runner runs
 * outside production, else files.
 *
 * @throws SessionError SESSION_OPTION_INVALID when Redis is asked for and has no address
 */
export function chooseBackend(
  settings: Pick<Settings, 'store' | 'redis'>,
  sources: Sources,
  surroundings: { production: boolean; testRunner: string | undefined },
): BackendChoice {
  const { store, redis } = settings
  if (typeof store === 'object') return { backend: backendOf(store), because: `${sources.store} is a store` }
  if (store === 'redis' && redis === undefined) throw redisWithoutAddress(sources.store)
  if (store) return { backend: store, because: `${sources.store} says so` }
  if (redis !== undefined) return { backend: 'redis', because: `${sources.redis} is set` }
  if (surroundings.testRunner && !surroundings.production)
    return { backend: 'cookie', because: `${surroundings.testRunner}, so tests need no server` }
  return { backend: 'file', because: 'neither SESSION_STORE nor a Redis address is set' }
}

function redisWithoutAddress(source: string | undefined): SessionError {
  return new SessionError(
    'SESSION_OPTION_INVALID',
    `${source} is redis, and no address says where Redis is; guessing localhost would split the sessions of several hosts. Set REDIS_URL (or SESSION_REDIS_URL, or the redis option) to a URL such as redis://127.0.0.1:6379.`,
  )
}
