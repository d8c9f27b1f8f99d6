import { mostRounds, type Stored, storedOf } from './commit.js'
import type { Rest } from './exchange.js'
import type { SessionRecord } from './record.js'
import type { Store } from './store.js'

/**
 * Ends a session, also where it got a new id since it was read. That takes a compare-and-set, with an entry that has
 * lapsed: a plain removal cannot tell a session from the marker that an exchange left in its place, and the session
 * would live on under the new key. Fails with what the store throws.
 */
export async function end({ store, key, base }: Rest & { base: Stored }): Promise<void> {
  const markers: string[] = []
  let at: Resting | undefined = { key, stored: base }
  for (let round = 0; at && round < mostRounds; round += 1) {
    const { successor }: SessionRecord = at.stored.record
    if (successor !== undefined) markers.push(at.key)
    at = successor === undefined ? await endAt(store, at) : await read(store, successor)
  }
  for (const marker of markers) await store.remove(marker)
}

interface Resting {
  key: string
  stored: Stored
}

const lapsed = { data: '', expires: 0 }

/** Ends what was read at a key; answers what is there instead, where another writer was faster. */
async function endAt(store: Store, { key, stored }: Resting): Promise<Resting | undefined> {
  const outcome = await store.write(key, lapsed, stored.version)
  if (!('conflict' in outcome)) return undefined
  const theirs = storedOf(outcome.conflict)
  if (!theirs) await store.remove(key)
  return theirs && { key, stored: theirs }
}

async function read(store: Store, key: string): Promise<Resting | undefined> {
  const entry = await store.read(key)
  const stored = entry && storedOf(entry)
  return stored && { key, stored }
}
