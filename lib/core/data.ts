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
  return findLossy(data, 'ctx.session', new Set())
}

function findLossy(value: unknown, path: string, seen: Set<unknown>): { path: string; becomes: string } | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return { path, becomes: 'null' }
  if (typeof value === 'function' || typeof value === 'symbol') return { path, becomes: 'nothing' }
  if (value === null || typeof value !== 'object' || seen.has(value)) return undefined
  seen.add(value)
  if (value instanceof Date) return { path, becomes: 'a text' }
  if (value instanceof Map || value instanceof Set || value instanceof Error || value instanceof RegExp)
    return { path, becomes: 'an empty object' }
  for (const [name, inner] of Object.entries(value)) {
    const found = findLossy(inner, `${path}${shown(name)}`, seen)
    if (found) return found
  }
  return undefined
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
