import { createHash, createHmac } from 'node:crypto'
import { isJsonObject, type JsonValue, parseData } from './data.js'

/** What the processes behind one port must have in common, as fingerprints that tell nothing of it. */
export interface Traits {
  /** Of each key, newest first. */
  readonly keys: readonly string[]
  /** Of the place where sessions rest. */
  readonly place: string
}

/** A process, or several that are alike, and when it was last heard of: ms since the epoch. */
export interface Member extends Traits {
  readonly seen: number
}

/**
 * How another process differs: `keys`, it has none of our keys; `rotation`, one of us signs with a key that the other does
 * not know yet; `place`, it keeps sessions elsewhere.
 */
export type Difference = 'keys' | 'rotation' | 'place'

/** The fingerprint of a secret key: HMAC-SHA-256 under it (RFC 2104), cut to 96 bits. */
export function keyFingerprint(key: string): string {
  return createHmac('sha256', key).update('koa-shared-session fleet').digest('base64url').slice(0, 16)
}

/** The fingerprint of a place that is described in words. */
export function placeFingerprint(place: string): string {
  return createHash('sha256').update(place).digest('base64url').slice(0, 16)
}

/** How another process differs from ours, the worst first; undefined where it does not. */
export function difference(ours: Traits, theirs: Traits): Difference | undefined {
  if (!ours.keys.some((key) => theirs.keys.includes(key))) return 'keys'
  if (ours.place !== theirs.place) return 'place'
  const [[our], [their]] = [ours.keys, theirs.keys]
  const known = our !== undefined && their !== undefined && theirs.keys.includes(our) && ours.keys.includes(their)
  return known ? undefined : 'rotation'
}

/** The text that a store keeps of the members, by name. */
export function encodeFleet(members: ReadonlyMap<string, Member>): string {
  return JSON.stringify({ fleet: Object.fromEntries(members) })
}

/** The members in a stored text; none where it is not one of ours. */
export function decodeFleet(text: string): Map<string, Member> {
  const fleet = parseData(text)?.fleet
  const members = Object.entries(isJsonObject(fleet) ? fleet : {}).flatMap(([name, value]) => {
    const member = memberOf(value)
    return member ? [[name, member] as const] : []
  })
  return new Map(members)
}

function memberOf(value: JsonValue): Member | undefined {
  if (!isJsonObject(value)) return undefined
  const { keys, place, seen } = value
  if (!Array.isArray(keys) || typeof place !== 'string' || typeof seen !== 'number') return undefined
  return { keys: keys.filter((key) => typeof key === 'string'), place, seen }
}
