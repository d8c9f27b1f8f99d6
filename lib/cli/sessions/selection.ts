import { isJsonObject, type JsonValue, parseData } from '../../core/data.js'
import { decodeRecord, decodeStamps } from '../../core/record.js'
import type { KeptRecord } from '../../stores/inventory.js'
import type { FlagWords } from '../flags.js'
import { quoted } from '../numbers.js'
import { UsageError } from '../usage-error.js'

/** Which sessions are meant. Times in ms. */
export interface Selection {
  readonly where: readonly { readonly path: readonly string[]; readonly value: string }[]
  readonly olderThan: number
  readonly idleFor: number
  readonly handles: ReadonlySet<string>
}

/** A live session, without its data. */
export interface SelectedSession {
  readonly record: KeptRecord
  readonly created: number
  readonly saved: number
  /** The key of the session that this one, whose id was exchanged, became. */
  readonly successor: string | undefined
}

/** @throws UsageError */
export function readSelection(words: FlagWords, handles: readonly string[]): Selection {
  const bad = handles.find((handle) => !/^[0-9a-f]{12}$/.test(handle))
  if (bad !== undefined)
    throw new UsageError(`${quoted(bad)} is no handle: sessions list shows them, 12 characters from 0 to f each.`)
  return {
    where: words.all('where').map(readCondition),
    olderThan: duration(words, 'older-than'),
    idleFor: duration(words, 'idle-for'),
    handles: new Set(handles),
  }
}

/** Whether everything is meant. */
export function isOpen({ where, olderThan, idleFor, handles }: Selection): boolean {
  return where.length === 0 && olderThan === 0 && idleFor === 0 && handles.size === 0
}

/** The session in a record, if it is one and is meant. What stores keep besides (fleets) is none. */
export function select(record: KeptRecord, selection: Selection, now: number): SelectedSession | undefined {
  const stamps = decodeStamps(record.data)
  if (!stamps) return undefined
  const { created, saved, successor } = stamps
  const { where, olderThan, idleFor, handles } = selection
  if (now - created < olderThan || now - saved < idleFor) return undefined
  if (handles.size > 0 && !handles.has(record.handle)) return undefined
  if (where.length > 0 && !matches(record.data, where)) return undefined
  return { record, created, saved, successor }
}

function matches(text: string, where: Selection['where']): boolean {
  const data = parseData(decodeRecord(text)?.json ?? '')
  return data !== undefined && where.every(({ path, value }) => textAt(data, path) === value)
}

function textAt(data: JsonValue, path: readonly string[]): string | undefined {
  let at: JsonValue | undefined = data
  for (const name of path) at = at !== undefined && isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined
  return at === undefined || (typeof at === 'object' && at !== null) ? undefined : String(at)
}

function readCondition(text: string): { path: string[]; value: string } {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--where is ${quoted(text)}; it must be field=value, such as user=ada.`)
  return { path: text.slice(0, at).split('.'), value: text.slice(at + 1) }
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function duration(words: FlagWords, name: string): number {
  const text = words.text(name)
  if (text === undefined) return 0
  const [, number, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? []
  if (number !== undefined) return Number(number) * (units[unit] ?? 1_000)
  throw new UsageError(`--${name} is ${quoted(text)}; it must be a number of seconds, or such as 90m, 12h, 30d.`)
}
