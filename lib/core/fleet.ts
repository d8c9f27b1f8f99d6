import { createHash, createHmac } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue, parseData } from './data.js'

/** What the processes that serve the same visitors must have in common, as fingerprints that tell nothing of it. */
export interface Traits {
  /** Of each key, newest first. */
  readonly keys: readonly string[]
  /** The mark of the store where sessions rest, under their prefix; empty while it is not known. */
  readonly place: string
}

/** A process as others see it: its machine, its number there, and a name that no other process ever has. */
export interface Origin {
  readonly machine: string
  readonly pid: number
  /** When the process of this number began, as the system tells; numbers are used again. */
  readonly born?: string | undefined
  readonly run: string
}

/** A process, or several that are alike. Times are ms since the epoch. */
export interface Member {
  /** Of each `sharedSession()` that goes by the fleet's name; two hosts of one process may have their own. */
  readonly sides: readonly Traits[]
  /** When the first of them began. */
  readonly since: number
  /** When the last of them was heard of. */
  readonly seen: number
  /** Which of them that was. */
  readonly by: Origin
  /** Fingerprints of the hosts that visitors with a session asked for, and when that was last. */
  readonly hosts: ReadonlyMap<string, number>
}

/**
 * How another process differs: `keys`, it has none of our keys; `rotation`, one of us signs with a key that the other does
 * not know yet; `place`, it keeps sessions elsewhere.
 */
export type Difference = 'keys' | 'rotation' | 'place'

/** ms after which a process on another machine that was not heard of counts as gone. */
export const silence = 45_000
/** ms for which members and the hosts they served are remembered. */
export const memory = 600_000

/** The fingerprint of a secret key: HMAC-SHA-256 under it (RFC 2104), cut to 96 bits. */
export function keyFingerprint(key: string): string {
  return createHmac('sha256', key).update('koa-shared-session fleet').digest('base64url').slice(0, 16)
}

/** The fingerprint of something that is described in words. */
export function fingerprint(words: string): string {
  return createHash('sha256').update(words).digest('base64url').slice(0, 16)
}

const mildestFirst = [undefined, 'rotation', 'place', 'keys'] as const

/** How another process differs from ours: not at all where one of its sides fits. */
export function difference(ours: Traits, theirs: readonly Traits[]): Difference | undefined {
  const found = theirs.map((side) => differenceOf(ours, side))
  return mildestFirst.find((each) => found.includes(each))
}

function differenceOf(ours: Traits, theirs: Traits): Difference | undefined {
  if (!ours.keys.some((key) => theirs.keys.includes(key))) return 'keys'
  if (ours.place !== theirs.place) return 'place'
  const [[our], [their]] = [ours.keys, theirs.keys]
  const known = our !== undefined && their !== undefined && theirs.keys.includes(our) && ours.keys.includes(their)
  return known ? undefined : 'rotation'
}

/**
 * The fingerprint of a host that a visitor asked for. The loopback is another one on each machine, so that two
 * developers with one Redis do not meet.
 */
export function hostFingerprint(host: string, machine: string): string {
  const isLoopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host)
  return fingerprint(isLoopback ? `${host} ${machine}` : host)
}

/** Whether two members were asked for one host, so that browsers send both the same cookie (RFC 6265 section 5.4). */
export function shareHost(ours: Member, theirs: Member, now: number): boolean {
  const isFresh = (time: number | undefined) => time !== undefined && now - time < memory
  return [...ours.hosts].some(([host, time]) => isFresh(time) && isFresh(theirs.hosts.get(host)))
}

/** Whether a member was there before another. Both sides answer alike, also where they began at once. */
export function isElder(name: string, member: Member, than: { name: string; member: Member }): boolean {
  return member.since === than.member.since ? name < than.name : member.since < than.member.since
}

/** The text that a store keeps of the members, by name, and its mark: what it is told by, whatever its address is called. */
export function encodeFleet(members: ReadonlyMap<string, Member>, mark = ''): string {
  const entries = [...members].map(([name, member]) => [name, { ...member, hosts: Object.fromEntries(member.hosts) }])
  return JSON.stringify({ fleet: Object.fromEntries(entries), mark })
}

/** The mark in a stored text; empty where there is none. */
export function decodeMark(text: string): string {
  const mark = parseData(text)?.mark
  return typeof mark === 'string' ? mark : ''
}

/** The members in a stored text; none where it is not one of ours. */
export function decodeFleet(text: string): Map<string, Member> {
  const fleet = parseData(text)?.fleet
  const members = Object.entries(isJsonObject(fleet) ? fleet : {}).flatMap(([name, value]) => {
    const member = isJsonObject(value) ? memberOf(value) : undefined
    return member ? [[name, member] as const] : []
  })
  return new Map(members)
}

function memberOf({ sides, since, seen, by, hosts }: JsonObject): Member | undefined {
  if (!Array.isArray(sides) || typeof since !== 'number' || typeof seen !== 'number') return undefined
  if (!isJsonObject(by) || !isJsonObject(hosts)) return undefined
  const { machine, pid, born, run } = by
  if (typeof machine !== 'string' || typeof pid !== 'number' || typeof run !== 'string') return undefined
  const times = Object.entries(hosts).flatMap(([host, time]) =>
    typeof time === 'number' ? [[host, time] as const] : [],
  )
  const origin = { machine, pid, run, ...(typeof born === 'string' && { born }) }
  return { sides: sides.flatMap(sideOf), since, seen, by: origin, hosts: new Map(times) }
}

function sideOf(value: JsonValue): Traits[] {
  if (!isJsonObject(value) || !Array.isArray(value.keys) || typeof value.place !== 'string') return []
  return [{ keys: value.keys.filter((key) => typeof key === 'string'), place: value.place }]
}
