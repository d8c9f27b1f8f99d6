import type { SessionRecord } from './record.js'

/** How long sessions live, in milliseconds. */
export interface LifePolicy {
  readonly lifetime: number
  readonly absoluteLifetime: number
  readonly rolling: boolean
}

/** Why a session has ended: no activity for too long, or too long since it was made. */
export type Ended = 'idle' | 'absolute'

/** The last activity a record shows: its last save, or the last time its deadline was moved. */
function activity(record: SessionRecord, expires: number): number {
  return Math.max(record.saved, expires - record.life)
}

const lifeOf = (record: SessionRecord, policy: LifePolicy) => (record.ownLife ? record.life : policy.lifetime)

/** When a session that is active at `now` ends: ms since the epoch. */
export function deadline(record: SessionRecord, policy: LifePolicy, now: number): number {
  return Math.min(now + record.life, record.created + policy.absoluteLifetime)
}

/**
 * Whether the session has ended under today's policy, and why. The record says when it was last active, so a policy
 * made shorter ends sessions that were stored under a longer one (OWASP ASVS 7.3.1, 7.3.2).
 *
 * @param expires the deadline the store keeps, ms since the epoch
 */
export function ended(record: SessionRecord, expires: number, policy: LifePolicy, now: number): Ended | undefined {
  if (now >= record.created + policy.absoluteLifetime) return 'absolute'
  if (now >= expires || now >= activity(record, expires) + lifeOf(record, policy)) return 'idle'
  return undefined
}

/** With `rolling`, activity moves the deadline at most once in this time: a minute, or a tenth of a short life. */
const touchInterval = (life: number) => Math.min(60_000, life / 10)

/** The deadline to move to, or undefined while the present one is fresh enough. */
export function touchDue(record: SessionRecord, expires: number, policy: LifePolicy, now: number): number | undefined {
  if (!policy.rolling || now - activity(record, expires) < touchInterval(record.life)) return undefined
  const next = deadline(record, policy, now)
  return next > expires ? next : undefined
}
