import {
  alwaysOn,
  type Checked,
  choice,
  count,
  custom,
  flag,
  type Hook,
  hook,
  immediateHook,
  type Row,
  text,
} from './option-rows.js'
import type { Store } from './store.js'

/** Where log lines go: `console`, pino, or anything alike. */
export interface Logger {
  info(line: string): void
  warn(line: string): void
  error(line: string): void
}

/** The stores that can be named. */
export const storeNames = ['redis', 'file', 'cookie'] as const
export type StoreName = (typeof storeNames)[number]

const storeMethods = ['read', 'write', 'touch', 'remove', 'check', 'close'] as const

function asObject(value: unknown): Record<string, unknown> | undefined {
  return value !== null && (typeof value === 'object' || typeof value === 'function')
    ? (value as Record<string, unknown>)
    : undefined
}

function checkStore(value: unknown): Checked<Store | StoreName> {
  const name = storeNames.find((known) => known === value)
  if (name) return { value: name }
  const given = asObject(value)
  if (!given)
    return { problem: `must be one of ${storeNames.join(', ')}, or a store object; memoryStore() makes one in memory` }
  const missing = storeMethods.filter((method) => typeof given[method] !== 'function')
  if (missing.length === 0) return { value: value as Store }
  const hint = 'get' in given ? '. It looks like a koa-session store; docs/stores.md shows the contract' : ''
  return { problem: `lacks the store methods ${missing.join(', ')}${hint}` }
}

function checkKeys(value: unknown): Checked<readonly string[]> {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) return { problem: 'is an empty list: give the newest key first, older ones after it' }
  const bad = list.findIndex((key) => typeof key !== 'string' || key === '')
  if (bad === -1) return { value: list as string[] }
  return {
    problem: `must hold texts that are not empty, newest first; entry ${bad} is ${list[bad] === '' ? 'empty' : typeof list[bad]} (an unset environment variable, perhaps)`,
  }
}

const commaSeparated = (list: string) =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

function checkLogger(value: unknown): Checked<Logger> {
  const given = asObject(value)
  const missing = (['info', 'warn', 'error'] as const).filter((method) => typeof given?.[method] !== 'function')
  return missing.length === 0 ? { value: value as Logger } : { problem: `lacks the methods ${missing.join(', ')}` }
}

const oneCentury = 100 * 365 * 86_400

/**
 * Every option, once. Types, defaults, validation, environment names and docs/options.md derive from here.
 * Names with a dot are fields of an object.
 */
export const optionTable = {
  keys: custom<readonly string[] | string>({
    says: 'Secret keys that sign the cookie: the first signs, all verify. In the environment, `SECRET_KEY` holds the newest and `SECRET_KEY_FALLBACKS` older ones, separated by commas.',
    env: 'SECRET_KEY',
    envAlso: 'SECRET_KEY_FALLBACKS',
    defaultSays: 'required in production; else made once and kept in the session directory, with a warning',
    expects: 'a key or a list of keys, each of at least 32 bytes',
    check: checkKeys,
    parse: (newest, older) => ({ value: [newest, ...commaSeparated(older)] }),
  }),
  store: custom<Store | StoreName>({
    says: 'Where sessions rest: `redis`, `file`, `cookie`, or a store object.',
    env: 'SESSION_STORE',
    defaultSays: 'Redis where an address is set, signed cookies while a test runner runs, else files',
    expects: "'redis', 'file', 'cookie', or a store",
    check: checkStore,
    parse: (text) => checkStore(text.toLowerCase()),
  }),
  redis: custom<string | object>({
    says: 'A Redis or Valkey server: URL (`redis://`, `rediss://`, `unix://`), ioredis options, an ioredis `Redis` or `Cluster`, or a connected node-redis client. A client you hand over stays yours to close.',
    env: ['SESSION_REDIS_URL', 'REDIS_URL'],
    defaultSays: 'none',
    expects: 'a URL, options, or a client',
    check: (value) =>
      (typeof value === 'string' && value !== '') || asObject(value)
        ? { value: value as string | object }
        : { problem: 'must be a URL, ioredis options, or a client' },
    parse: (value) => ({ value }),
  }),
  prefix: text({
    says: 'What every key in Redis begins with.',
    env: 'SESSION_KEY_PREFIX',
    default: 'session:',
  }),
  directory: text({
    says: 'The session directory: private (0700), owned by the user of the process, not a symbolic link. The app name is that of package.json, else that of its folder.',
    env: 'SESSION_FILE_DIR',
    defaultSays: '`<temporary directory>/<app name>_sessions`',
    expects: 'a path',
  }),
  fileThreshold: count('files', {
    says: 'Above this many files a clean-up of expired sessions starts. Live sessions are never evicted.',
    env: 'SESSION_FILE_THRESHOLD',
    default: 1000,
    min: 1,
    max: 1_000_000_000,
  }),
  lifetime: count('seconds', {
    says: 'How long a session lives after its last save (with `rolling`: after its last use). A shorter value applies to live sessions too.',
    env: 'PERMANENT_SESSION_LIFETIME',
    default: 86_400,
    min: 1,
    max: oneCentury,
  }),
  absoluteLifetime: count('seconds', {
    says: 'How long a session lives after it was created, whatever happens to it.',
    env: 'SESSION_ABSOLUTE_LIFETIME',
    default: 30 * 86_400,
    min: 1,
    max: oneCentury,
  }),
  rolling: flag({
    says: 'Activity extends the life: the deadline moves, at most about once a minute, and data is never rewritten for it.',
    env: 'SESSION_ROLLING',
    default: false,
  }),
  permanent: flag({
    says: 'The cookie survives the end of the browser. The life on the server holds either way.',
    env: 'SESSION_PERMANENT',
    default: false,
  }),
  'cookie.name': text({
    says: 'The name of the cookie.',
    env: 'SESSION_COOKIE_NAME',
    defaultSays: '`__Host-session` in production (`__Secure-session` with a `domain`), else `session`',
    expects: "a cookie name: letters, digits and !#$%&'*+-.^_`|~ (RFC 6265 section 4.1.1)",
    allowed: /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/,
  }),
  'cookie.secure': flag({
    says: 'The cookie is sent over HTTPS only.',
    env: 'SESSION_COOKIE_SECURE',
    defaultSays: '`true` in production',
  }),
  'cookie.sameSite': choice(['lax', 'strict', 'none'], {
    says: 'Whether requests that other sites cause carry the cookie.',
    env: 'SESSION_COOKIE_SAMESITE',
    default: 'lax',
  }),
  'cookie.domain': text({
    says: 'Sends the cookie to this domain and all its subdomains.',
    env: 'SESSION_COOKIE_DOMAIN',
    defaultSays: 'none: this host only',
    expects: 'a domain name',
    allowed: /^\.?(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/i,
  }),
  'cookie.path': text({
    says: 'The cookie is sent below this path only.',
    env: 'SESSION_COOKIE_PATH',
    default: '/',
    expects: 'a path that begins with / and holds no ; or control character',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what RFC 6265 section 4.1.1 forbids
    allowed: /^\/[^;\x00-\x1f\x7f-\uffff]*$/,
  }),
  'cookie.partitioned': flag({
    says: 'The cookie belongs to the top-level site it was set under (CHIPS); needs `secure`.',
    env: [],
    default: false,
  }),
  'cookie.priority': choice(['low', 'medium', 'high'], {
    says: 'Which cookies Chromium drops first when there are too many.',
    env: [],
    defaultSays: 'none',
  }),
  'cookie.httpOnly': alwaysOn({
    says: 'Scripts in the page cannot read the cookie.',
    env: 'SESSION_COOKIE_HTTPONLY',
    because: 'a session id that scripts can read is stolen by the first cross-site scripting hole (OWASP ASVS 3.3.4)',
  }),
  'cookie.signed': alwaysOn({
    says: 'The session id is signed.',
    env: 'SESSION_USE_SIGNER',
    because: 'without a signature every made-up id reaches the store',
  }),
  storeTimeout: count('milliseconds', {
    says: 'How long a request waits for the store.',
    env: 'SESSION_STORE_TIMEOUT',
    default: 1000,
    min: 1,
    max: 600_000,
  }),
  onStoreDown: custom<'fail' | 'anonymous' | Hook>({
    says: "What a request with a session cookie gets while the store is down: `'fail'` answers 503, `'anonymous'` gives an empty session that cannot be saved; a function gets `ctx` and answers one of the two.",
    env: [],
    default: 'fail',
    expects: "'fail', 'anonymous', or a function",
    check: (value) =>
      value === 'fail' || value === 'anonymous' || typeof value === 'function'
        ? { value: value as 'fail' | 'anonymous' | Hook }
        : { problem: "must be 'fail', 'anonymous', or a function that answers one of them" },
  }),
  resolve: immediateHook({
    says: 'Who wins when two parallel requests changed one field: a function of `{ path, base, ours, theirs }` that answers the value to keep, as JSON knows it, or `undefined` to delete the field. It cannot be async.',
    defaultSays: 'the later writer',
  }),
  valid: hook({
    says: 'Asked with `(ctx, session)` before a loaded session is used; answering false ends it. May be async.',
    defaultSays: 'none',
  }),
  beforeSave: hook({
    says: 'Called with `(ctx, session)` before a changed session is stored. May be async, and may change the session.',
    defaultSays: 'none',
  }),
  skip: hook({
    says: 'Asked with `(ctx)`; answering true means no session work at all for this request (assets, say).',
    defaultSays: 'none',
  }),
  logger: custom<Logger>({
    says: 'Where log lines go: an object with `info`, `warn` and `error`.',
    env: [],
    defaultSays: '`console`',
    expects: 'an object with info, warn and error',
    check: checkLogger,
  }),
} satisfies Record<string, Row<never> | Row<unknown>>

export type OptionName = keyof typeof optionTable
