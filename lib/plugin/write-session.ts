import { type Change, type Commit, type CommitRules, mergeJson, type Stored } from '../core/commit.js'
import { parseData } from '../core/data.js'
import { end } from '../core/end.js'
import { create, exchange } from '../core/exchange.js'
import type { LifePolicy } from '../core/lifetime.js'
import type { SessionRecord } from '../core/record.js'
import type { Turns } from '../core/turns.js'
import type { Place } from './carrier.js'
import type { Found } from './found.js'
import { notALifetime } from './misuse.js'
import { jsonOf, type Session, setFields, type UpdateFields } from './session.js'
import { isThenable } from './thenable.js'

/** What a request wants stored: data, and the life the app asked for, if any. */
export type Wanted = Pick<Change, 'json' | 'life' | 'redo'>

/** Commits a change where the session rests, in turn with the other requests of this process. */
export function commitAt(
  { place, stored }: Found,
  { json, life, redo }: Wanted,
  rules: CommitRules,
  turns: Turns,
): Promise<Commit> {
  return turns.commit(place.store, { key: place.key, base: stored, json, life, redo }, rules)
}

/** Changes the latest data where the session rests, and again when another writer was faster, until that is stored. */
export async function updateAt(found: Found, change: UpdateFields, rules: CommitRules, turns: Turns): Promise<Commit> {
  const redo = ({ record }: Stored) => changed(record.json, change)
  return commitAt(found, { json: await redo(found.stored), life: undefined, redo }, rules, turns)
}

/** Changes a session that is not stored yet: wholly, or not at all where the function fails. */
export async function updateUnstored(session: Session, change: UpdateFields, { resolve }: CommitRules): Promise<void> {
  const before = jsonOf(session)
  const after = await changed(before, change)
  const ours = jsonOf(session)
  setFields(session, parseData(mergeJson(before, ours, after, resolve)) ?? {})
}

function changed(json: string, change: UpdateFields): string | Promise<string> {
  const fields = parseData(json) ?? {}
  const done = change(fields)
  return isThenable(done) ? Promise.resolve(done).then(() => jsonOf(fields)) : jsonOf(fields)
}

/**
 * Shows the handler what is stored by now, with what it has changed since it sent `sent` on top. Answers what is stored,
 * where nothing was changed in the order that the session has, so that the order alone is no change.
 */
export function adopt(session: Session, sent: string, stored: Stored, { resolve }: CommitRules): Stored {
  const ours = jsonOf(session)
  setFields(session, parseData(mergeJson(sent, ours, stored.record.json, resolve)) ?? {})
  if (ours !== sent) return stored
  return { ...stored, record: { ...stored.record, json: jsonOf(session) } }
}

/** The life that `ctx.session.maxAge = ms` asks for. @throws SessionError SESSION_DATA_INVALID */
export function lifeFor(ms: number | 'session', { lifetime, absoluteLifetime }: LifePolicy): Wanted['life'] {
  if (ms === 'session') return { life: lifetime, ownLife: false }
  if (!(Number.isFinite(ms) && ms >= 1)) throw notALifetime()
  return { life: Math.min(Math.floor(ms), absoluteLifetime), ownLife: true }
}

/** Ends the session where it rests, or where it has moved to. */
export function endAt({ place, stored }: Found): Promise<void> {
  return end({ ...place, base: stored })
}

/** Why a session moves to a new id: the old one ends at once, or follows for the grace with its data kept. */
export type Renewal = 'discard' | 'exchange'

/** Stores a session under a new id, and ends the old one when that is done. */
export async function storeAt(
  next: Place,
  old: { found: Found; renewal: Renewal } | undefined,
  wanted: Wanted,
  rules: CommitRules,
): Promise<Commit> {
  const kept = old?.renewal === 'exchange' ? old.found : undefined
  const record = newRecord(wanted, kept?.stored.record, rules)
  if (kept) return exchange({ ...kept.place, base: kept.stored }, next, record, rules)
  if (old) return replace(old.found, next, record, rules)
  return { stored: await create(next, record, rules), merged: false }
}

/** Stores a session in the place of one that the app has ended, and that ends whether the next one can be stored or not. */
async function replace(found: Found, next: Place, record: SessionRecord, rules: CommitRules): Promise<Commit> {
  const created = create(next, record, rules)
  const stored = await created.catch(() => undefined)
  try {
    await endAt(found)
  } catch (error) {
    if (stored) await next.store.remove(next.key).catch(() => undefined)
    throw error
  }
  return { stored: stored ?? (await created), merged: false }
}

function newRecord(
  { json, life }: Wanted,
  kept: SessionRecord | undefined,
  { policy, now }: CommitRules,
): SessionRecord {
  const lived = life ?? (kept?.ownLife ? kept : { life: policy.lifetime, ownLife: false })
  const saved = now()
  return {
    created: kept?.created ?? saved,
    saved,
    life: lived.life,
    ownLife: lived.ownLife,
    successor: undefined,
    json,
  }
}
