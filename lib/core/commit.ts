import { type JsonObject, parseData, serializeData } from './data.js'
import { SessionError } from './errors.js'
import { deadline, type LifePolicy } from './lifetime.js'
import { merge, type Resolve } from './merge.js'
import { decodeRecord, encodeRecord, type SessionRecord } from './record.js'
import type { Entry, NewEntry, Store } from './store.js'

/** A stored session as one request knows it: its record, and what the store said of it. */
export interface Stored {
  readonly record: SessionRecord
  readonly version: string
  /** ms since the epoch */
  readonly expires: number
}

/** What is to be stored: new data, on top of what was read. */
export interface Change {
  readonly key: string
  readonly base: Stored
  /** The data as JSON. */
  readonly json: string
  /** The life to store with it, where the request set one; undefined keeps the stored one. */
  readonly life: { readonly life: number; readonly ownLife: boolean } | undefined
  /** The data to store instead, when another writer was faster; without it, both changes are merged. */
  readonly redo?: (theirs: Stored) => Promise<string>
}

/**
 * Stored, perhaps merged with what others wrote meanwhile; or dropped, because the session has ended or was replaced.
 * `unsure` is the failure after which nobody knows whether the id before leads here.
 */
export type Commit = { stored: Stored; merged: boolean; unsure?: unknown } | { dropped: 'gone' | 'replaced' }

export interface CommitRules {
  readonly policy: LifePolicy
  readonly resolve: Resolve
  readonly now: () => number
  /** Told each time another writer was faster, and how often that happened before; the next try waits for its answer. */
  readonly onConflict: (before: number) => Promise<void> | undefined
}

// Every failed round means that another writer got through, so this many in a row say that something is wrong.
export const mostRounds = 200

/**
 * Writes a change while the stored version is the one it is based on. When another writer was faster, merges with what
 * that one wrote, and tries again. A session that ended meanwhile stays ended.
 *
 * @param onto what is believed to be stored by now, where that is known to be later than the base
 * @throws SessionError SESSION_CONTENDED after 200 rounds; whatever the store throws
 */
export async function commit(store: Store, change: Change, rules: CommitRules, onto = change.base): Promise<Commit> {
  let theirs = onto
  for (let round = 0; round < mostRounds; round += 1) {
    const json = await rebase(change, theirs, rules.resolve)
    const record = changedRecord(theirs.record, { ...change, json }, rules)
    const entry = entryOf(record, rules)
    const outcome = await store.write(change.key, entry, theirs.version)
    if ('written' in outcome)
      return { stored: { record, version: outcome.written, expires: entry.expires }, merged: json !== change.json }
    if ('gone' in outcome) return { dropped: 'gone' }
    const found = await afterConflict(store, change.key, outcome.conflict, rules.onConflict(round))
    const next = found && storedOf(found)
    if (!next) return { dropped: 'gone' }
    if (next.record.successor !== undefined) return { dropped: 'replaced' }
    theirs = next
  }
  throw new SessionError(
    'SESSION_CONTENDED',
    `A session could not be written in ${mostRounds} rounds because others wrote it every time. The change of this request is lost. Look for a client that floods one session, or keep such data outside the session.`,
  )
}

/**
 * What the next try builds on: what the faster writer left, or, where one waited to give way, what is there by then. Built
 * on what was there before the wait, a try would come too late again and again.
 */
export async function afterConflict(
  store: Store,
  key: string,
  conflict: Entry,
  wait: Promise<void> | undefined,
): Promise<Entry | undefined> {
  if (!wait) return conflict
  await wait
  return store.read(key)
}

/** The same change, on top of what is stored by now. */
async function rebase({ base, json, redo }: Change, theirs: Stored, resolve: Resolve): Promise<string> {
  if (theirs === base) return json
  return redo ? redo(theirs) : mergeJson(base.record.json, json, theirs.record.json, resolve)
}

/** The record and what the store said of it, or undefined when the stored text is not ours. */
export function storedOf(entry: Entry): Stored | undefined {
  const record = decodeRecord(entry.data)
  return record && { record, version: entry.version, expires: entry.expires }
}

/** The entry a store keeps for a record that is active now. */
export function entryOf(record: SessionRecord, rules: Pick<CommitRules, 'policy' | 'now'>): NewEntry {
  return { data: encodeRecord(record), expires: deadline(record, rules.policy, rules.now()) }
}

function changedRecord(base: SessionRecord, change: Change, rules: CommitRules): SessionRecord {
  const life = change.life ?? (base.ownLife ? base : { life: rules.policy.lifetime, ownLife: false })
  return { ...base, life: life.life, ownLife: life.ownLife, saved: rules.now(), json: change.json }
}

/** The three-way merge of JSON texts; a text that holds no object counts as an empty one. */
export function mergeJson(base: string, ours: string, theirs: string, resolve: Resolve): string {
  const read = (json: string): JsonObject => parseData(json) ?? {}
  return serializeData(merge(read(base), read(ours), read(theirs), resolve))
}
