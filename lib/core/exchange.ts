import {
  afterConflict,
  type Commit,
  type CommitRules,
  entryOf,
  mergeJson,
  type Stored,
  standing,
  storedOf,
} from './commit.js'
import { SessionError } from './errors.js'
import { encodeRecord, type SessionRecord } from './record.js'
import type { Store, WriteOutcome } from './store.js'

/** Where one session rests. */
export interface Rest {
  readonly store: Store
  readonly key: string
}

/** How long requests that were under way when an id was exchanged still find the data from before, in ms. */
export const exchangeGrace = 10_000

/** Stores a session where none is. Fails with what the store throws. */
export async function create(to: Rest, record: SessionRecord, rules: CommitRules): Promise<Stored> {
  const entry = entryOf(record, rules)
  const outcome = await to.store.write(to.key, entry)
  if ('written' in outcome) return { record, version: outcome.written, expires: entry.expires }
  throw new SessionError(
    'SESSION_STORE_DOWN',
    'The store refused to create a session under a new random key, so it answers for the wrong key. The session was not stored. Check the store with koa-shared-session/store-contract.',
  )
}

/**
 * Moves a session to a new key. The new record is stored first; only then the old one is replaced, by compare-and-set,
 * with a read-only marker that ends within the grace. Of two parallel exchanges one is dropped, and what others wrote
 * to the old record meanwhile is merged into the new one. When anything fails the old record is as it was; where
 * nobody can say whether the marker stands, both records stay, since it leads to the new one.
 */
export async function exchange(
  from: Rest & { base: Stored },
  to: Rest,
  record: SessionRecord,
  rules: CommitRules,
): Promise<Commit> {
  let theirs = standing(from.base)
  let stored = await create(to, record, rules)
  const rebase = () => {
    const [base, { json }] = [from.base.record.json, theirs.record]
    const merged = json === base ? record.json : mergeJson(base, record.json, json, rules.resolve)
    return merged === stored.record.json ? stored : rewrite(to, stored, merged, rules)
  }
  try {
    stored = await rebase()
    for (let round = 0; ; round += 1) {
      const outcome = await mark(from, theirs, to.key, rules)
      if ('written' in outcome) return { stored, merged: stored.record !== record }
      if ('unsure' in outcome) return { stored, merged: stored.record !== record, unsure: outcome.unsure }
      if ('conflict' in outcome) rules.tellConflict()
      const entry =
        'conflict' in outcome
          ? await afterConflict(from.store, from.key, outcome.conflict, rules.giveWay(round))
          : undefined
      const next = entry && storedOf(entry)
      if (!next || next.record.successor !== undefined) {
        await to.store.remove(to.key)
        return { dropped: next ? 'replaced' : 'gone' }
      }
      theirs = next
      stored = await rebase()
    }
  } catch (error) {
    await to.store.remove(to.key).catch(() => undefined)
    throw error
  }
}

/** Writes the marker. Where the answer was lost, what is there by then tells whether it stands. */
async function mark(
  { store, key }: Rest,
  theirs: Stored,
  successor: string,
  rules: CommitRules,
): Promise<WriteOutcome | { unsure: unknown }> {
  try {
    return await store.write(key, marker(theirs, successor, rules), theirs.version)
  } catch (error) {
    const found = await store.read(key).catch(() => 'unreadable' as const)
    if (found === 'unreadable') return { unsure: error }
    if (!found) return { gone: true }
    if (found.version === theirs.version) throw error
    const stands = storedOf(found)?.record.successor === successor
    return stands ? { written: found.version } : { conflict: found }
  }
}

/** What requests that still hold the old id may read: the data from before, for the grace. It leads to the new key. */
function marker({ record, expires }: Stored, successor: string, { now }: CommitRules) {
  return { data: encodeRecord({ ...record, successor }), expires: Math.min(now() + exchangeGrace, expires) }
}

// Nobody else knows the new key yet, so its version cannot have changed.
async function rewrite(to: Rest, stored: Stored, json: string, rules: CommitRules): Promise<Stored> {
  const record = { ...stored.record, json }
  const entry = entryOf(record, rules)
  const outcome = await to.store.write(to.key, entry, stored.version)
  if ('written' in outcome) return { record, version: outcome.written, expires: entry.expires }
  throw new SessionError(
    'SESSION_CONTENDED',
    'A session changed under a key that no one else knows; it was not moved to a new id. Check the store.',
  )
}
