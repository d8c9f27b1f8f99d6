import { memoryStore, type Store } from 'koa-shared-session'

/** A store that notes what is asked of it: `read`, `write`, `touch` and `remove`, in order, with their keys. */
export interface WatchedStore extends Store {
  readonly calls: { method: string; key: string }[]
  /** The methods alone, of what is asked about sessions. */
  methods(): string[]
  /** The keys that were written, and whose entries are alive and not mere markers of an exchanged id. */
  liveKeys(): Promise<string[]>
}

const methods = ['read', 'write', 'touch', 'remove'] as const

export function watchedStore(store: Store = memoryStore()): WatchedStore {
  const calls: WatchedStore['calls'] = []
  const watched = { ...store, check: () => store.check(), close: () => store.close() }
  for (const method of methods)
    Reflect.set(watched, method, (key: string, ...rest: unknown[]) => {
      calls.push({ method, key })
      return Reflect.apply(store[method], store, [key, ...rest])
    })
  return Object.assign(watched, {
    calls,
    methods: () => calls.filter(({ key }) => !key.startsWith('fleet:')).map((call) => call.method),
    async liveKeys() {
      // Where processes meet is no session.
      const keys = [...new Set(calls.map((call) => call.key))].filter((key) => !key.startsWith('fleet:'))
      const entries = await Promise.all(keys.map((key) => store.read(key)))
      return keys.filter((_key, index) => entries[index] && !entries[index].data.includes('"successor":'))
    },
  })
}
