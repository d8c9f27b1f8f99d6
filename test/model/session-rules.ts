import type { CommitRules, Stored } from '../../lib/core/commit.js'
import { parseData } from '../../lib/core/data.js'
import { exchangeGrace } from '../../lib/core/exchange.js'
import { laterWriter } from '../../lib/core/merge.js'
import type { SessionRecord } from '../../lib/core/record.js'
import type { Fields } from './session-fields.js'

export const hour = 3_600_000
const lifetime = 24 * hour
const absoluteLifetime = 60 * hour

/** Longer than requests with an exchanged id are answered. */
export const pastGrace = exchangeGrace + 1000

/** The rules of every request of the model. */
export const rules: CommitRules = {
  policy: { lifetime, absoluteLifetime, rolling: false },
  resolve: laterWriter,
  now: () => Date.now(),
  tellConflict: () => undefined,
  giveWay: () => undefined,
}

/** When a session made at `created` and saved at `now` ends. */
export function endOf(created: number, now: number): number {
  return Math.min(now + lifetime, created + absoluteLifetime)
}

/** The record of a new session, or of one that moves to a new id. */
export function newRecord(fields: Fields, created: number, now: number): SessionRecord {
  return { created, saved: now, life: lifetime, ownLife: false, successor: undefined, json: JSON.stringify(fields) }
}

/** The fields of a stored session. */
export function fieldsOf({ record }: Pick<Stored, 'record'>): Fields {
  return (parseData(record.json) ?? {}) as Fields
}
