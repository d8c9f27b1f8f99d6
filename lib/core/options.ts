import { SessionError } from './errors.js'
import { koaSessionOptions } from './koa-session-options.js'
import type { Checked, Row } from './option-rows.js'
import { type OptionName, optionTable } from './option-table.js'

type ValueOf<R> = R extends Row<infer T> ? T : never
type Table = typeof optionTable
type CookieName = Extract<OptionName, `cookie.${string}`>
type FieldOf<Name> = Name extends `cookie.${infer Field}` ? Field : never

/** What `sharedSession()` takes, before the plugin gives hooks and clients their exact types. */
export type Options = { [Name in Exclude<OptionName, CookieName>]?: ValueOf<Table[Name]> | undefined } & {
  cookie?: { [Name in CookieName as FieldOf<Name>]?: ValueOf<Table[Name]> | undefined } | undefined
}

/** Rows whose value depends on other settings may be unset; all others have a value. */
type MaybeUnset =
  | 'keys'
  | 'store'
  | 'redis'
  | 'directory'
  | 'cookie.name'
  | 'cookie.secure'
  | 'cookie.domain'
  | 'cookie.priority'
  | 'resolve'
  | 'valid'
  | 'beforeSave'
  | 'skip'
  | 'logger'

/** Every option with its value, by its name in the table. */
export type Settings = { [Name in OptionName]: ValueOf<Table[Name]> | (Name extends MaybeUnset ? undefined : never) }

/** Where a value came from: `options.lifetime`, the name of a variable, or undefined for the default. */
export type Sources = { [Name in OptionName]?: string }

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

const names = Object.keys(optionTable) as OptionName[]
const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object'

/**
 * The value of every option and where it came from: code wins over the environment, the environment over defaults.
 *
 * @throws SessionError SESSION_OPTION_UNKNOWN, SESSION_OPTION_INVALID: the message names the source, never the value
 */
export function resolveOptions(given: unknown, env: Environment): { settings: Settings; sources: Sources } {
  const flat = flatten(given)
  const settings: Partial<Record<OptionName, unknown>> = {}
  const sources: Sources = {}
  for (const name of names) {
    const found = fromCode(flat, name) ?? fromEnvironment(env, name)
    settings[name] = found ? found.value : optionTable[name].initial
    if (found) sources[name] = found.source
  }
  return { settings: settings as Settings, sources }
}

function flatten(given: unknown): Map<string, unknown> {
  if (given === undefined || given === null) return new Map()
  if (!isObject(given) || Array.isArray(given)) throw notOptions()
  if (typeof given.use === 'function') throw notOptions('a Koa app')
  if ('req' in given && 'res' in given) throw notOptions('the context of a request, since it was not called')
  const entries = Object.entries(given).flatMap(([name, value]) =>
    name === 'cookie' ? cookieFields(value) : [[name, value] as const],
  )
  const dotted = Object.keys(given).find((name) => name.includes('.'))
  if (dotted) throw unknownOption(dotted)
  const unknown = entries.find(([name]) => !Object.hasOwn(optionTable, name))
  if (unknown) throw unknownOption(unknown[0])
  return new Map(entries)
}

function cookieFields(cookie: unknown): (readonly [string, unknown])[] {
  if (cookie === undefined) return []
  if (!isObject(cookie) || Array.isArray(cookie))
    throw invalid('options.cookie', 'must be an object, such as { sameSite: "lax" }')
  return Object.entries(cookie).map(([field, value]) => [`cookie.${field}`, value] as const)
}

interface Found {
  value: unknown
  source: string
}

function fromCode(flat: Map<string, unknown>, name: OptionName): Found | undefined {
  const value = flat.get(name)
  if (value === undefined) return undefined
  return accept(`options.${name}`, optionTable[name].check(value))
}

function fromEnvironment(env: Environment, name: OptionName): Found | undefined {
  const row: Row<unknown> = optionTable[name]
  const set = (variable: string | undefined) => (variable && env[variable]?.trim()) || ''
  const variable = row.env.find(set)
  if (!variable) return undefined
  return accept(variable, row.parse(set(variable), set(row.envAlso)))
}

function accept(source: string, checked: Checked<unknown>): Found {
  if ('problem' in checked) throw invalid(source, checked.problem)
  return { value: checked.value, source }
}

function invalid(source: string, problem: string): SessionError {
  return new SessionError(
    'SESSION_OPTION_INVALID',
    `${source} ${problem}. The app does not start with a setting it cannot keep. docs/options.md lists every option, its unit and its default.`,
  )
}

function unknownOption(name: string): SessionError {
  const short = name.replace(/^cookie\./, '')
  const known = Object.hasOwn(koaSessionOptions, short) ? koaSessionOptions[short] : undefined
  const help = known ? `The option '${short}' of koa-session ${known}` : didYouMean(name)
  return new SessionError(
    'SESSION_OPTION_UNKNOWN',
    `options.${name} does not exist, so it would have no effect. ${help}`,
  )
}

function didYouMean(name: string): string {
  const folded = name.toLowerCase().replace(/^cookie\./, '')
  const near = names.find((known) => {
    const field = known.replace(/^cookie\./, '').toLowerCase()
    return field === folded || (folded.length > 3 && (field.includes(folded) || folded.includes(field)))
  })
  const list = names.join(', ')
  return near ? `Did you mean ${near}?` : `These exist: ${list}.`
}

function notOptions(what = 'something else'): SessionError {
  return new SessionError(
    'SESSION_OPTION_INVALID',
    `sharedSession() takes an object of options and got ${what}. Write app.use(sharedSession()) or app.use(sharedSession({ lifetime: 3600 })).`,
  )
}
