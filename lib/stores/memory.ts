import type { Entry, Store, WriteOutcome } from '../core/store.js'
import { versionSource } from './version.js'

const sweepFrom = 1000

/**
 * Keeps sessions in the memory of this process: for tests and for apps that are one process on purpose. Nothing
 * survives a restart and no other process sees it. Expired entries end when they are met, and all of them together
 * each time the number of entries has doubled, so that memory follows the number of live sessions.
 */
export function memoryStore(): Store & { readonly kind: 'memory' } {
  const entries = new Map<string, Entry>()
  const nextVersion = versionSource()
  let sweepAt = sweepFrom

  const live = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (!entry || entry.expires > Date.now()) return entry
    entries.delete(key)
    return undefined
  }

  const sweep = (): number => {
    const before = entries.size
    for (const key of entries.keys()) live(key)
    sweepAt = Math.max(sweepFrom, entries.size * 2)
    return before - entries.size
  }

  const write: Store['write'] = async (key, { data, expires }, seen): Promise<WriteOutcome> => {
    const current = live(key)
    if (current && current.version !== seen) return { conflict: { ...current } }
    if (!current && seen !== undefined) return { gone: true }
    const version = nextVersion()
    entries.set(key, { data, version, expires })
    if (entries.size >= sweepAt) sweep()
    return { written: version }
  }

  const touch: Store['touch'] = async (key, expires, seen) => {
    const current = live(key)
    if (current?.version !== seen) return false
    current.expires = expires
    return true
  }

  return {
    kind: 'memory',
    read: async (key) => {
      const entry = live(key)
      return entry && { ...entry }
    },
    write,
    touch,
    remove: async (key) => {
      entries.delete(key)
    },
    check: async () => {},
    close: async () => {},
    prune: async () => sweep(),
  }
}
