import { SessionError } from './errors.js'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue }
/** What a session holds, as JSON sees it. */
export type JsonObject = { [name: string]: JsonValue }

/** Names on `ctx.session` that belong to the session itself, so that no field can have them. */
export const reservedNames: ReadonlySet<string> = new Set([
  'isNew',
  'maxAge',
  'populated',
  'length',
  'save',
  'regenerate',
  'update',
  'toJSON',
  'externalKey',
  'constructor',
])

/** Whether a value is an object as JSON knows it: not an array, not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

// All the names have this in them; an escape sequence could spell it. Searches for plain text, since a pattern takes longer.
const isSuspicious = (json: string) => json.includes('proto') || json.includes('\\u00')

/**
 * The object a JSON text holds, or undefined when it holds none. Keys that could reach a prototype are left out:
 * `__proto__`, and a `constructor` that has a `prototype` (CWE-1321).
 */
export function parseData(json: string): JsonObject | undefined {
  try {
    const value: unknown = isSuspicious(json) ? JSON.parse(json, withoutPrototypeKeys) : JSON.parse(json)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function withoutPrototypeKeys(name: string, value: unknown): unknown {
  const reachesPrototype = name === 'constructor' && isJsonObject(value) && Object.hasOwn(value, 'prototype')
  return name === '__proto__' || reachesPrototype ? undefined : value
}

/**
 * The session's fields as JSON.
 *
 * @throws SessionError SESSION_DATA_INVALID for BigInt, circular data and values whose toJSON throws; names the field
 */
export function serializeData(data: object): string {
  try {
    return JSON.stringify(data)
  } catch (cause) {
    throw unserializable(data, cause)
  }
}

function unserializable(data: object, cause: unknown): SessionError {
  const field = Object.entries(data).find(([, value]) => !canSerialize(value))?.[0]
  const what = cause instanceof TypeError && /circular/i.test(cause.message) ? 'refers to itself' : 'is no JSON'
  return new SessionError(
    'SESSION_DATA_INVALID',
    `ctx.session${shown(field ?? '')} ${what}, so the session could not be stored; the stored session stays as it was. Keep plain values there: texts, numbers, lists and objects of them (a BigInt as a text, an entity as its id).`,
  )
}

/** A field's name as a message may hold it. What is no plain name could be a user's data, such as an address. */
function shown(name: string): string {
  return /^[A-Za-z_$][\w$]{0,31}$/.test(name) ? `.${name}` : '[…]'
}

function canSerialize(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

/** The first field whose value JSON would change or lose without a word (Date, Map, NaN, …), and what it would become. */
export function lossyField(data: object): { path: string; becomes: string } | undefined {
  const found = findLossy(data, new Set())
  return found && { path: `ctx.session${found.names.reverse().map(shown).join('')}`, becomes: found.becomes }
}

/** `names`: the way to the value, from its end, since most data has none and needs no path. */
function findLossy(value: unknown, seen: Set<unknown>): { names: string[]; becomes: string } | undefined {
  if (typeof value !== 'object' || value === null) {
    const becomes = lossyPlain(value)
    return becomes === undefined ? undefined : { names: [], becomes }
  }
  if (seen.has(value)) return undefined
  seen.add(value)
  if (value instanceof Date) return { names: [], becomes: 'a text' }
  if (value instanceof Map || value instanceof Set || value instanceof Error || value instanceof RegExp)
    return { names: [], becomes: 'an empty object' }
  for (const name of Object.keys(value)) {
    const found = findLossy((value as Record<string, unknown>)[name], seen)
    if (found) {
      found.names.push(name)
      return found
    }
  }
  return undefined
}

function lossyPlain(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'null'
  return typeof value === 'function' || typeof value === 'symbol' ? 'nothing' : undefined
}

/** Whether JSON keeps a value as it is. */
export function isJson(value: unknown): value is JsonValue | undefined {
  return canSerialize(value) && !lossyField({ value })
}

/** @throws SessionError SESSION_NAME_RESERVED when a field has a name that belongs to the session itself */
export function refuseReservedNames(fields: object): void {
  const name = Object.keys(fields).find((field) => reservedNames.has(field))
  if (name) throw reservedName(name)
}

/** The error for a field with a reserved name. */
export function reservedName(name: string): SessionError {
  return new SessionError(
    'SESSION_NAME_RESERVED',
    `ctx.session.${name} belongs to the session itself, so no field can have that name. Rename the field, or keep it one level deeper. If it came from a request, copy only the fields you expect.`,
  )
}
