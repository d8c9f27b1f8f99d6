import { type JsonObject, parseData, serializeData } from './data.js'
import { SessionError } from './errors.js'
import { deadline, type LifePolicy } from './lifetime.js'
import { merge, type Resolve } from './merge.js'
import { decodeRecord, encodeRecord, type SessionRecord } from './record.js'
import type { Entry, NewEntry, Store, WriteOutcome } from './store.js'

/** A stored session as one request knows it: its record, and what the store said of it. */
export interface Stored {
  readonly record: SessionRecord
  readonly version: string
  /** ms since the epoch */
  readonly expires: number
  /** What is stored in this version, where the changes of other requests came on top in the same write. */
  readonly last?: SessionRecord
}

/** What is to be stored: new data, on top of what was read. */
export interface Change {
  readonly key: string
  readonly base: Stored
  /** The data as JSON. */
  readonly json: string
  /** The life to store with it, where the request set one; undefined keeps the stored one. */
  readonly life: { readonly life: number; readonly ownLife: boolean } | undefined
  /** The data to store instead, when another writer was faster; without it, both changes are merged. May take its time. */
  readonly redo?: ((theirs: Stored) => string | Promise<string>) | undefined
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
  /** Told each time another writer was faster. */
  readonly tellConflict: () => void
  /** How long to wait after that, told how often it happened before: until the promise is settled, or not at all. */
  readonly giveWay: (before: number) => Promise<void> | undefined
}

/** A change, and the rules of the request that made it. */
export interface Committing {
  readonly change: Change
  readonly rules: CommitRules
}

/** Changes to one session; the first one's rules hold for what they share. */
export type Group = readonly [Committing, ...Committing[]]

/**
 * What became of one change of a group: as for a single one; or left out, because its own merge failed; or because its
 * function takes time, with what that function will make of which state.
 */
export type Outcome = Commit | Failed | Slow
interface Failed {
  readonly failed: unknown
}
export interface Slow {
  readonly slow: Promise<string>
  readonly on: Stored
}

// Every failed round means that another writer got through, so this many in a row say that something is wrong.
export const mostRounds = 200

/**
 * Writes a change while the stored version is the one it is based on. When another writer was faster, merges with what
 * that one wrote, and tries again. A session that ended meanwhile stays ended.
 *
 * @throws SessionError SESSION_CONTENDED after 200 rounds; whatever the store throws
 */
export async function commit(store: Store, change: Change, rules: CommitRules): Promise<Commit> {
  const [outcome] = await commitTogether(store, [{ change, rules }], change.base)
  if (!outcome || 'failed' in outcome) throw outcome?.failed
  if ('slow' in outcome) return commit(store, { ...change, base: outcome.on, json: await outcome.slow }, rules)
  return outcome
}

/**
 * Stores a group of changes by one write, each on top of those before it, as `commit` would one after the other. Outcomes
 * come in the group's order.
 *
 * @param onto what is believed to be stored by now; where that is wrong, it costs a round
 * @throws SessionError SESSION_CONTENDED after 200 rounds; whatever the store throws: then none is stored
 */
export async function commitTogether(store: Store, group: Group, onto: Stored): Promise<Outcome[]> {
  const [{ change, rules }] = group
  const slow = new Map<Committing, Slow>()
  let theirs = standing(onto)
  for (let round = 0; round < mostRounds; round += 1) {
    const states = statesOn(theirs, group, slow)
    const last = states.findLast((state) => 'record' in state)?.record
    const entry = last && entryOf(last, rules)
    const outcome = entry
      ? await store.write(change.key, entry, theirs.version)
      : await unwritten(store, change.key, theirs.version)
    if ('written' in outcome) {
      const at = { version: outcome.written, expires: entry?.expires ?? 0 }
      return states.map((state) => ('record' in state ? asStored(state, last ?? state.record, at) : state))
    }
    if ('gone' in outcome) return group.map(() => ({ dropped: 'gone' }))
    for (const member of group) member.rules.tellConflict()
    const found = await afterConflict(store, change.key, outcome.conflict, rules.giveWay(round))
    const next = found && storedOf(found)
    if (!next) return group.map(() => ({ dropped: 'gone' }))
    if (next.record.successor !== undefined) return group.map(() => ({ dropped: 'replaced' }))
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

/** What is stored in the version that a request knows: its own state, or what others put on top in the same write. */
export function standing(stored: Stored): Stored {
  const { version, expires, last } = stored
  return last ? { record: last, version, expires } : stored
}

/** Where there is nothing to write: whether what the changes failed on is what is stored. */
async function unwritten(store: Store, key: string, version: string): Promise<WriteOutcome> {
  const found = await store.read(key)
  if (!found) return { gone: true }
  return found.version === version ? { written: version } : { conflict: found }
}

/** A session as one change of a group leaves it; `merged`: that is not what its request has sent. */
interface State {
  readonly record: SessionRecord
  readonly merged: boolean
}

function asStored(
  { record, merged }: State,
  last: SessionRecord,
  { version, expires }: Omit<Stored, 'record'>,
): Commit {
  const stored = { record, version, expires }
  return { stored: last === record ? stored : { ...stored, last }, merged }
}

/** What the changes make of a state, one on top of the other. Functions that were found to take time are not called again. */
function statesOn(theirs: Stored, group: Group, known: Map<Committing, Slow>): (State | Failed | Slow)[] {
  let { record } = theirs
  return group.map((member) => {
    const { change, rules } = member
    const on = { ...theirs, record }
    try {
      const json = known.get(member)?.slow ?? rebase(change, on, rules.resolve)
      if (typeof json !== 'string') return kept(member, known, { slow: json, on })
      record = changedRecord(record, { ...change, json }, rules)
      return { record, merged: json !== change.json }
    } catch (failed) {
      return { failed }
    }
  })
}

function kept(member: Committing, known: Map<Committing, Slow>, slow: Slow): Slow {
  const first = known.get(member) ?? slow
  known.set(member, first)
  // Whoever is told of it waits for it; where the group fails, nobody does.
  first.slow.catch(() => undefined)
  return first
}

/** The same change, on top of what is stored by now. */
function rebase({ base, json, redo }: Change, theirs: Stored, resolve: Resolve): string | Promise<string> {
  if (theirs.record.json === base.record.json) return json
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
  const { life, ownLife } = change.life ?? (base.ownLife ? base : { life: rules.policy.lifetime, ownLife: false })
  const { created, successor } = base
  return { created, saved: rules.now(), life, ownLife, successor, json: change.json }
}

/** The three-way merge of JSON texts; a text that holds no object counts as an empty one. */
export function mergeJson(base: string, ours: string, theirs: string, resolve: Resolve): string {
  const read = (json: string): JsonObject => parseData(json) ?? {}
  return serializeData(merge(read(base), read(ours), read(theirs), resolve))
}
