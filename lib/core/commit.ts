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

/** What became of one change of a group; `failed` holds what its own merge threw. */
export type Outcome = Commit | { failed: unknown }

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
  return outcome
}

/**
 * Stores a group of changes by one write, each on top of those before it, as `commit` would one after the other. A change
 * whose own merge fails is left out. Outcomes come in the group's order.
 *
 * @param onto what is believed to be stored by now; where that is wrong, it costs a round
 * @throws SessionError SESSION_CONTENDED after 200 rounds; whatever the store throws: then none is stored
 */
export async function commitTogether(store: Store, group: Group, onto: Stored): Promise<Outcome[]> {
  const [{ change, rules }] = group
  const failures = new Map<Committing, unknown>()
  const answer = (outcomeOf: (member: Committing) => Outcome) =>
    group.map((member) => (failures.has(member) ? { failed: failures.get(member) } : outcomeOf(member)))
  let theirs = onto
  for (let round = 0; round < mostRounds; round += 1) {
    const states = await changedBy(group, theirs, failures)
    const record = states.at(-1)?.record
    if (!record) return answer(() => ({ dropped: 'gone' }))
    const entry = entryOf(record, rules)
    const outcome = await store.write(change.key, entry, theirs.version)
    if ('written' in outcome) {
      const stored = new Map(
        states.map((state) => [state.member, storedAs(state.record, record, outcome.written, entry)]),
      )
      return answer((member) => {
        const own = stored.get(member) as Stored
        return { stored: own, merged: own.record.json !== member.change.json }
      })
    }
    if ('gone' in outcome) return answer(() => ({ dropped: 'gone' }))
    for (const member of group) member.rules.tellConflict()
    const found = await afterConflict(store, change.key, outcome.conflict, rules.giveWay(round))
    const next = found && storedOf(found)
    if (!next) return answer(() => ({ dropped: 'gone' }))
    if (next.record.successor !== undefined) return answer(() => ({ dropped: 'replaced' }))
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

/**
 * What a request is told of the write that its change was part of: the session as its own change left it, so that no two
 * count the same. Where others came on top, the version is one that is never there, and its next write merges.
 */
function storedAs(own: SessionRecord, last: SessionRecord, version: string, { expires }: NewEntry): Stored {
  return { record: own, version: own === last ? version : `${version}+`, expires }
}

/** A member of a group, and the record with its change and all before it. */
interface State {
  readonly member: Committing
  readonly record: SessionRecord
}

/** The records that come of the changes, one on top of the other, without those that fail. */
async function changedBy(
  group: readonly Committing[],
  theirs: Stored,
  failures: Map<Committing, unknown>,
): Promise<State[]> {
  const states: State[] = []
  let { record } = theirs
  for (const member of group) {
    if (failures.has(member)) continue
    const { change, rules } = member
    try {
      const json = await rebase(change, { ...theirs, record }, rules.resolve)
      record = changedRecord(record, { ...change, json }, rules)
      states.push({ member, record })
    } catch (error) {
      failures.set(member, error)
    }
  }
  return states
}

/** The same change, on top of what is stored by now. */
async function rebase({ base, json, redo }: Change, theirs: Stored, resolve: Resolve): Promise<string> {
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
  const life = change.life ?? (base.ownLife ? base : { life: rules.policy.lifetime, ownLife: false })
  return { ...base, life: life.life, ownLife: life.ownLife, saved: rules.now(), json: change.json }
}

/** The three-way merge of JSON texts; a text that holds no object counts as an empty one. */
export function mergeJson(base: string, ours: string, theirs: string, resolve: Resolve): string {
  const read = (json: string): JsonObject => parseData(json) ?? {}
  return serializeData(merge(read(base), read(ours), read(theirs), resolve))
}
