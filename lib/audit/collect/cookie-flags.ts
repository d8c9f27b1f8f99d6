import type { CookieFact, FlagFact } from '../facts/session.js'
import { type Field, fieldOf, optionsOf, type Value } from '../source/value.js'
import type { SessionLibrary } from './libraries.js'

const flags = [
  'httpOnly',
  'secure',
  'sameSite',
  'signed',
  'maxAge',
  'overwrite',
  'rolling',
  'renew',
  'domain',
  'path',
  'expires',
] as const

const spellings: Readonly<Record<string, readonly string[]>> = {
  httpOnly: ['httpOnly', 'httponly', 'HttpOnly'],
  sameSite: ['sameSite', 'samesite'],
  maxAge: ['maxAge', 'maxage', 'ttl'],
}

/**
 * The cookie's options as literally set. Options that are set in a place where the library does not look are not. `answer` tells what
 * a function gives: koa-session-minimal asks one for each request.
 */
export function readCookie(
  library: SessionLibrary,
  options: Value | undefined,
  answer: (value: Value) => Value,
): CookieFact {
  const found: { -readonly [K in keyof CookieFact]: FlagFact } = {}
  const cookie = fieldIn(options, ['cookie', 'cookieOptions', 'cookies'])?.value
  const inner = cookie?.kind === 'function' ? answer(cookie) : cookie
  for (const name of flags) {
    const fact = flagOf(library, options, inner, spellings[name] ?? [name])
    if (fact !== undefined) found[name] = fact
  }
  const key = fieldIn(options, [library.name, 'key', 'name', 'cookieName'])
  const id = fieldIn(options, ['genid', 'genId', 'generateId', 'sidGenerator', 'idGenerator'])
  if (key) found.key = factOf(key)
  if (id) found.genid = factOf(id)
  return found
}

function flagOf(
  library: SessionLibrary,
  options: Value | undefined,
  inner: Value | undefined,
  names: readonly string[],
): FlagFact | undefined {
  const field = fieldIn(inner, names) ?? fieldIn(options, names)
  if (field === undefined || field.value.kind === 'undefined') return undefined
  const isTopLevel = fieldIn(inner, names) === undefined
  const misplaced =
    library.flags === 'cookie' && isTopLevel && /^(httpOnly|secure|sameSite|domain|path|maxAge)$/.test(names[0] ?? '')
  return misplaced && !library.koa ? undefined : factOf(field)
}

/** The first of the names that is there, in any of the alternatives. */
export function fieldIn(value: Value | undefined, names: readonly string[]): Field | undefined {
  if (value === undefined) return undefined
  for (const option of optionsOf(value))
    for (const name of names) {
      const field = fieldOf(option.value, name)
      if (field !== undefined) return option.when === 'any' ? field : { ...field, when: option.when }
    }
  return undefined
}

function factOf(field: Field): FlagFact {
  return { value: flagValue(field), place: field.module.at(field.node), when: field.when }
}

function flagValue({ value, node, module }: Field): FlagFact['value'] {
  if (value.kind === 'literal') return value.value
  const property = node.value
  const text =
    typeof property === 'object' && property !== null
      ? module.slice(property as { start: number; end: number })
      : module.slice(node)
  return { expression: text.replace(/\s+/g, ' ') }
}
