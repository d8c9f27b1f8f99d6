import { memoryStore, type Store } from 'koa-shared-session'

/** What a store is asked to do. */
export type Method = 'read' | 'write' | 'touch' | 'remove' | 'check'

/** What ails a store: it refuses everything, everything that writes, or never answers; or what a function says of a call. */
export interface Frailty {
  ill: false | 'refuse' | 'refuse writes' | 'hang' | ((method: Method, key: string) => 'refuse' | 'hang' | false)
  /** Reads and looks. */
  reads: number
  /** All else but checks. */
  writes: number
}

/** A store that can be made to refuse or to hang. */
export function frailStore(): { store: Store; state: Frailty } {
  const state: Frailty = { ill: false, reads: 0, writes: 0 }
  const memory = memoryStore()
  const store = { ...memory }
  for (const method of ['read', 'write', 'touch', 'remove', 'check'] as const)
    Reflect.set(store, method, (...args: unknown[]) => {
      const isWrite = method !== 'read' && method !== 'check'
      if (method !== 'check') state[isWrite ? 'writes' : 'reads'] += 1
      const ill = typeof state.ill === 'function' ? state.ill(method, String(args[0])) : state.ill
      if (ill === 'hang') return new Promise(() => undefined)
      if (!ill || (ill === 'refuse writes' && !isWrite)) return Reflect.apply(memory[method], memory, args)
      return Promise.reject(Object.assign(new Error('connect ECONNREFUSED.'), { code: 'ECONNREFUSED' }))
    })
  return { store, state }
}
