import type { ThreadFact } from '../../facts/deployment.js'
import type { Place } from '../../place.js'

/** `UV_THREADPOOL_SIZE=16`. */
export function poolSize(value: string | undefined, place: Place): ThreadFact {
  const count = value !== undefined && /^\d+$/.test(value) ? Number(value) : null
  return { count, place, said: `UV_THREADPOOL_SIZE=${count ?? '…'}`, inCode: false }
}

/** Those of each worker of Gunicorn; `null`: not decidable; undefined: not written, so 1. */
export function gunicornThreads(count: number | null | undefined, place: Place): ThreadFact {
  const said = count === undefined ? '1, its default' : (count ?? 'not decidable')
  return { count: count === undefined ? 1 : count, place, said: `gunicorn threads: ${said}`, inCode: false }
}
