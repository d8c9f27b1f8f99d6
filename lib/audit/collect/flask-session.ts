import type { PythonFact, PythonSetting } from '../facts/python.js'
import type { CookieFact, FlagFact, SessionFact, StoreFact, StoreKind } from '../facts/session.js'
import { type Place, Places } from '../place.js'
import type { Project } from '../project/project.js'
import { isShared, storeKindOf } from './libraries.js'

/** What SESSION_TYPE means to Flask-Session; `cachelib` is whatever cache it is given. */
const kinds: Readonly<Record<string, StoreKind>> = {
  redis: 'redis',
  filesystem: 'file',
  cachelib: 'file',
  sqlalchemy: 'sql',
  peewee: 'sql',
  mongodb: 'mongo',
  memcached: 'custom',
  dynamodb: 'custom',
  simple: 'memory',
  null: 'none',
}

/** Flask's own session is in a signed cookie; Flask-Session's, where it is mounted, is where SESSION_TYPE says. */
export function flaskSession(project: Project, python: PythonFact): SessionFact {
  const isMounted = project.files.some(
    (file) => file.endsWith('.py') && /^\s*(from|import)\s+flask_session\b/m.test(project.text(file) ?? ''),
  )
  const types = isMounted ? python.settings.filter(({ name }) => name === 'SESSION_TYPE') : []
  const type = types.find((each) => typeOf(each) === 'redis') ?? types.find((each) => typeOf(each) in kinds) ?? types[0]
  const key = python.settings.find(({ name }) => /^secret_key$/i.test(name))
  const place = type?.place ?? key?.place ?? fileStart(python.file)
  const own = isMounted ? undefined : interfaceOf(project)
  return {
    library: isMounted ? 'flask-session' : 'flask',
    version: undefined,
    place,
    store: isMounted ? storeOf(python, type, place) : (own ?? stored('cookie', place)),
    cookie: cookieOf(python),
    signed: isMounted || own !== undefined ? undefined : true,
    options: undefined,
    appName: undefined,
    port: { edits: undefined, why: 'Flask is Python' },
  }
}

/** `app.session_interface = RedisSessionInterface()` takes the place of Flask's own session: its name may tell where it keeps them. */
function interfaceOf(project: Project): StoreFact | undefined {
  for (const file of project.files.filter((each) => each.endsWith('.py') && !/(^|\/)tests?\//.test(each))) {
    const text = project.text(file) ?? ''
    const found = /^[ \t]*\w+\.session_interface\s*=\s*([\w.]+)/m.exec(text)
    const name = found?.[1]
    if (found === null || name === undefined || /SecureCookie/.test(name)) continue
    const place = new Places(file, text).at(found.index, found.index + found[0].length)
    return { ...stored(storeKindOf(name) ?? 'unknown', place, name), how: 'custom' }
  }
  return undefined
}

const typeOf = ({ value, fallback }: PythonSetting) => value ?? fallback ?? ''

function storeOf(python: PythonFact, type: PythonSetting | undefined, place: Place): StoreFact {
  const name = type && typeOf(type)
  const cache = name === 'cachelib' ? python.settings.find((each) => each.name === 'SESSION_CACHELIB') : undefined
  if (cache !== undefined) return stored(ofCache(cache.made ?? ''), cache.place, cache.made)
  return stored((name === undefined ? undefined : kinds[name]) ?? 'unknown', place, name)
}

/** A class of cachelib. */
function ofCache(name: string): StoreKind {
  if (/Simple/.test(name)) return 'memory'
  if (/File/.test(name)) return 'file'
  if (/Redis/.test(name)) return 'redis'
  if (/Mongo/.test(name)) return 'mongo'
  return /Memcached|Dynamo|UWSGI/.test(name) ? 'custom' : 'unknown'
}

const stored = (kind: StoreKind, place: Place, via?: string): StoreFact => ({
  kind,
  shared: kind === 'none' ? undefined : isShared(kind),
  evidence: [place],
  how: kind === 'cookie' ? 'default' : 'given',
  via,
  directory: undefined,
  expires: undefined,
  expiresAt: undefined,
})

const fileStart = (file: string): Place => ({ file, start: 0, end: 0, line: 1, column: 1 })

const flags: Readonly<Record<string, keyof CookieFact>> = {
  SESSION_COOKIE_HTTPONLY: 'httpOnly',
  SESSION_COOKIE_SECURE: 'secure',
  SESSION_COOKIE_SAMESITE: 'sameSite',
  SESSION_COOKIE_NAME: 'key',
  SESSION_COOKIE_DOMAIN: 'domain',
  SESSION_COOKIE_PATH: 'path',
  SESSION_USE_SIGNER: 'signed',
  PERMANENT_SESSION_LIFETIME: 'maxAge',
}

/** The cookie's attributes as the settings say; of several environments the first that is not a test's. */
function cookieOf({ settings }: PythonFact): CookieFact {
  const found: { -readonly [K in keyof CookieFact]: FlagFact } = {}
  for (const setting of settings) {
    const flag = flags[setting.name]
    if (flag !== undefined) found[flag] ??= { value: flagValue(setting), place: setting.place, when: 'any' }
  }
  return found
}

function flagValue({ value, variable, fallback, made }: PythonSetting): FlagFact['value'] {
  const text = value ?? fallback
  if (variable !== undefined || made !== undefined) return { expression: variable ?? `${made}()` }
  if (text === 'True' || text === 'False') return text === 'True'
  if (text === undefined || text === 'None') return null
  if (/^\d+$/.test(text)) return Number(text)
  return /[(*]/.test(text) ? { expression: text } : text
}
