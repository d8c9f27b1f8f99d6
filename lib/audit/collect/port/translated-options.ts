import type { Value } from '../../source/value.js'
import { type Field, fieldText } from './call-text.js'
import { type Given, type GivenOptions, NotPortable } from './given-options.js'

/** How a library's cookie ends when nothing is said: after a day, or with the browser. */
const dayByDefault = new Set(
  'koa-session @koa/session koa-generic-session koa-sess koa-generic-sessions koa-session-async'.split(' '),
)

/** Options that mean nothing to sharedSession(): always on, or decided by the store. */
const dropped = new Set(
  `store signed overwrite httpOnly httponly autoRefresh defer initSession resave saveUninitialized allowEmpty
  reconnectTimeout cookie.signed cookie.overwrite cookie.httpOnly cookie.httponly cookie.rewrite cookie.autoRefresh`.split(
    /\s+/,
  ),
)

const translated = new Set(
  `key maxAge ttl rolling renew secure sameSite domain path prefix valid beforeSave partitioned priority cookie.maxAge
  cookie.secure cookie.sameSite cookie.domain cookie.path cookie.partitioned cookie.priority`.split(/\s+/),
)

/** The default of `absoluteLifetime`, in seconds. */
const defaultAbsolute = 30 * 86_400

/** The options of sharedSession() in the order in which they are written. @throws NotPortable */
export function translatedOptions(options: GivenOptions, library: string): readonly Field[] {
  const strange = options.all.find((name) => !dropped.has(name) && !translated.has(name) && !isDefault(options, name))
  if (strange !== undefined) throw new NotPortable(`its option ${strange} has no counterpart that is decided here`)
  return knownOptions(options, library)
}

/** Those that have a counterpart, whatever else is given. @throws NotPortable */
export const knownOptions = (options: GivenOptions, library: string): readonly Field[] => [
  ...lifetimeOf(options, library),
  ...plain(options, 'prefix'),
  ...hooks(options),
  ...cookieOf(options),
]

/** koa-session says it of itself, and so do apps that copy its README. */
const isDefault = (options: GivenOptions, name: string) => {
  const given = name === 'autoCommit' ? options.get(name) : undefined
  return given !== undefined && literal(given.value) === true
}

function lifetimeOf(options: GivenOptions, library: string): Field[] {
  const age = ageOf(options, library)
  const rolling = ['rolling', 'renew']
    .map((name) => options.get(name))
    .find((given) => given !== undefined && literal(given.value) !== false && literal(given.value) !== null)
  const roll: Field[] = rolling === undefined ? [] : [['rolling', options.repeat(rolling)]]
  if (age === undefined) return [...(dayByDefault.has(library) ? [['permanent', 'true'] as const] : []), ...roll]
  if (literal(age.value) === 'session' || literal(age.value) === null || literal(age.value) === 0) return roll
  const { text, known } = inSeconds(age, options)
  const absolute: Field[] = known !== undefined && known > defaultAbsolute ? [['absoluteLifetime', text]] : []
  return [['lifetime', text], ...absolute, ['permanent', 'true'], ...roll]
}

/** How long a session lives. Two lives of one session are not ours to choose from. */
function ageOf(options: GivenOptions, library: string): Given | undefined {
  const ages = ['cookie.maxAge', 'maxAge', 'ttl'].flatMap((name) => options.get(name) ?? [])
  const [first, second] = ages
  const [cookie, ttl] = [options.get('cookie.maxAge') ?? options.get('maxAge'), options.get('ttl')]
  const isOutlived = ttl !== undefined && cookie === undefined && dayByDefault.has(library)
  if (isOutlived && !(Number(literal(ttl.value)) <= 86_400_000))
    throw new NotPortable('its record lives longer than its cookie, which lives a day')
  if (
    first !== undefined &&
    second !== undefined &&
    (literal(first.value) === undefined || literal(first.value) !== literal(second.value))
  )
    throw new NotPortable('its cookie and its record live for different times')
  // koa-session takes nothing, and 0, for a day.
  const isNothing = first !== undefined && /^koa-session$|^@koa/.test(library) && !literal(first.value)
  return isNothing && first.value.kind === 'literal' ? undefined : first
}

/** Milliseconds in the source, whole seconds in ours. Whole minutes that are no whole seconds in ms were meant as seconds: 86400. */
function inSeconds(given: Given, options: GivenOptions): { readonly text: string; readonly known: number | undefined } {
  const value = literal(given.value)
  if (given.value.kind === 'either') throw new NotPortable('how long it lives depends on a condition')
  if (value !== undefined && typeof value !== 'number') throw new NotPortable(`its maxAge is ${JSON.stringify(value)}`)
  const isSeconds = value !== undefined && value % 1000 !== 0 && value % 60 === 0
  const known = value === undefined ? undefined : isSeconds ? value : Math.max(1, Math.ceil(value / 1000))
  const hasNames = given.node === undefined || /[a-z_$]{2}/i.test(given.text)
  if (!hasNames && known !== undefined) return { text: withoutThousand(given.text) ?? String(known), known }
  const repeated = options.repeat(given)
  const words = given.value.kind === 'env' ? `Number(${repeated})` : repeated
  const whole = /^[\w.$]+(\([\w.$]+\))?$/.test(words) ? words : `(${words})`
  const rounds = known !== undefined && known * 1000 !== value
  const text = isSeconds
    ? words
    : (withoutThousand(words) ?? (rounds ? `Math.ceil(${words} / 1000)` : `${whole} / 1000`))
  return { text, known }
}

/** `60 * 60` of `60 * 60 * 1000`. */
function withoutThousand(text: string): string | undefined {
  const product = /^([\w.$\s*]+?)\s*\*\s*(?:1000|1_000|1e3)$|^(?:1000|1_000|1e3)\s*\*\s*([\w.$\s*]+)$/.exec(text)
  return product?.[1] ?? product?.[2]
}

function plain(options: GivenOptions, name: string, as = name): Field[] {
  const given = options.get(name)
  return given === undefined || literal(given.value) === null ? [] : [[as, options.repeat(given)]]
}

const hooks = (options: GivenOptions): Field[] => [...plain(options, 'valid'), ...plain(options, 'beforeSave')]

function cookieOf(options: GivenOptions): Field[] {
  const inner = (name: string) =>
    options.get(`cookie.${name}`) ? plain(options, `cookie.${name}`, name) : plain(options, name)
  const fields = [
    ...nameOf(options),
    ...inner('secure'),
    ...inner('sameSite').filter(([, text]) => !/^(undefined|false|''|"")$/.test(text)),
    ...inner('domain').filter(([, text]) => text !== "''"),
    ...inner('path').filter(([, text]) => !/^['"]\/['"]$/.test(text)),
    ...inner('partitioned'),
    ...inner('priority'),
  ]
  return fields.length === 0 ? [] : [['cookie', `{ ${fields.map(fieldText).join(', ')} }`]]
}

/** A cookie's name, with what RFC 6265 does not allow in it replaced: `koa:sess` is refused at boot. */
function nameOf(options: GivenOptions): Field[] {
  const key = options.get('key')
  const name = key && literal(key.value)
  if (typeof name === 'string' && !/^[\w!#$%&'*+\-.^`|~]+$/.test(name))
    return [['name', `'${name.replace(/[^\w.-]/g, '_')}'`]]
  return plain(options, 'key', 'name')
}

const literal = (value: Value): string | number | boolean | null | undefined =>
  value.kind === 'literal' ? value.value : undefined
