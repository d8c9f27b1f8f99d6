import type { Backend } from '../core/backend.js'
import { SessionError } from '../core/errors.js'
import type { Settings, Sources } from '../core/options.js'
import type { Store } from '../core/store.js'
import { fileStore } from '../stores/file.js'
import { type RedisConnection, type RedisStoreOptions, redisStore } from '../stores/redis.js'

/** The store of a backend, and where that is, as the end of the sentence "sessions …". */
export function openStore(
  backend: Backend,
  settings: Pick<Settings, 'store' | 'redis' | 'prefix' | 'fileThreshold' | 'storeTimeout'>,
  sources: Sources,
  directory: string,
): { store: Store | undefined; where: string } {
  const { store, redis, prefix, fileThreshold, storeTimeout } = settings
  if (typeof store === 'object') return { store, where: `in the ${store.kind ?? 'given'} store` }
  if (backend === 'cookie') return { store: undefined, where: 'in signed cookies' }
  if (backend === 'redis')
    return {
      store: onRedis({ redis: redis as RedisConnection, prefix, storeTimeout }, sources),
      where: `in Redis at ${place(redis)}`,
    }
  return { store: fileStore({ directory, fileThreshold }), where: `in files under ${directory}` }
}

function onRedis(options: RedisStoreOptions, sources: Sources): Store {
  try {
    return redisStore(options)
  } catch (error) {
    if (!(error instanceof SessionError) || !sources.redis) throw error
    throw new SessionError(error.code, `${sources.redis} cannot be used. ${error.message}`)
  }
}

/** A Redis address for a log line: without user, password and query. */
function place(redis: unknown): string {
  if (typeof redis === 'string') return URL.canParse(redis) ? masked(new URL(redis)) : redis
  const { host, port, path, sentinels } = redis as Record<string, unknown>
  if (Array.isArray(sentinels)) return 'a server that Sentinel names'
  if (typeof path === 'string') return path
  return typeof host === 'string' ? `${host}:${port ?? 6379}` : 'the given client'
}

function masked(url: URL): string {
  const credentials = url.username || url.password ? '***@' : ''
  return `${url.protocol}//${credentials}${url.host}${url.pathname}`
}
