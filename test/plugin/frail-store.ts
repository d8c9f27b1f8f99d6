import { memoryStore, type Store } from 'koa-shared-session'

/** What ails a store: it refuses everything, everything that writes, or never answers. */
export interface Frailty {
  ill: false | 'refuse' | 'refuse writes' | 'hang'
  calls: number
}

const reads: readonly string[] = ['read', 'check']

/** A store that can be made to refuse or to hang. */
export function frailStore(): { store: Store; state: Frailty } {
  const state: Frailty = { ill: false, calls: 0 }
  const memory = memoryStore()
  const store = { ...memory }
  for (const method of ['read', 'write', 'touch', 'remove', 'check'] as const)
    Reflect.set(store, method, (...args: unknown[]) => {
      state.calls += 1
      if (state.ill === 'hang') return new Promise(() => undefined)
      if (!state.ill || (state.ill === 'refuse writes' && reads.includes(method)))
        return Reflect.apply(memory[method], memory, args)
      return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    })
  return { store, state }
}
