import type { Entry, Store, WriteOutcome } from '../../lib/core/store.js'

/** A promise that the store breaks on purpose. */
export type Flaw =
  | 'none'
  | 'writes over any version'
  | 'uses versions again'
  | 'never expires'
  | 'touch rewrites the version'
  | 'removal is forgotten'
  | 'folds case'
  | 'compares, waits, then sets'
  | 'each handle for itself'
  | 'reads, waits, then touches'
  | 'trims'
  | 'truncates'
  | 'evicts'
  | 'answers no entry'
  | 'miscounts what it prunes'

let count = 0

/** A store as a user of the package might write one, over a map that handles share. */
export function strangersStore(shared: Map<string, Entry>, flaw: Flaw = 'none'): Store {
  const entries = flaw === 'each handle for itself' ? new Map<string, Entry>() : shared
  const removed = new Map<string, Entry>()
  const place = (key: string) => (flaw === 'folds case' ? key.toLowerCase() : key)
  const live = (key: string) => {
    const entry = entries.get(place(key))
    return entry && (entry.expires > Date.now() || flaw === 'never expires') ? entry : undefined
  }
  const nextVersion = (key: string) => {
    if (flaw !== 'uses versions again') return `v${++count}`
    return `v${Number(entries.get(place(key))?.version.slice(1) ?? 0) + 1}`
  }

  return {
    async read(key) {
      const entry = live(key)
      return entry && { ...entry }
    },
    async write(key, entry, seen): Promise<WriteOutcome> {
      const current = live(key) ?? (flaw === 'removal is forgotten' && seen ? removed.get(key) : undefined)
      if (current && current.version !== seen && !(seen && flaw === 'writes over any version'))
        return { conflict: flaw === 'answers no entry' ? (true as never) : { ...current } }
      if (!current && seen !== undefined) return { gone: true }
      if (flaw === 'compares, waits, then sets') await new Promise((resolve) => setImmediate(resolve))
      const version = nextVersion(key)
      entries.set(place(key), { ...entry, data: damaged(entry.data, flaw), version })
      if (flaw === 'evicts' && entries.size > 200) entries.delete(String(entries.keys().next().value))
      return { written: version }
    },
    async touch(key, expires, seen) {
      const current = live(key)
      if (current?.version !== seen) return false
      if (flaw === 'reads, waits, then touches') await new Promise((resolve) => setImmediate(resolve))
      const version = flaw === 'touch rewrites the version' ? nextVersion(key) : seen
      entries.set(place(key), { ...current, version, expires })
      return true
    },
    async remove(key) {
      const entry = entries.get(place(key))
      if (entry) removed.set(key, entry)
      entries.delete(place(key))
    },
    async check() {},
    async close() {},
    ...(flaw === 'miscounts what it prunes' && { prune: async () => 99 }),
  }
}

function damaged(data: string, flaw: Flaw): string {
  if (flaw === 'trims') return data.trim()
  return flaw === 'truncates' ? data.slice(0, 2_000_000) : data
}
