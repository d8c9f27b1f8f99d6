import type { RedisOptions } from 'ioredis'
import { SessionError } from '../../core/errors.js'

const shapes = 'redis://user:password@host:6379/0, rediss://host:6380, /path/redis.sock or unix:///path/redis.sock?db=1'
const noHost = 'localhost'

/**
 * The ioredis options that an address names: `redis://`, `rediss://` (TLS), `unix://`, or the path of a socket.
 * User, password and database come with it; of query parameters, `db` and `family` (0, 4 or 6) are known.
 * Throws SESSION_OPTION_INVALID, with no part of the address in the message.
 */
export function optionsOfAddress(address: string): RedisOptions {
  const url = parse(address.startsWith('/') ? `unix://${address}` : address)
  const common = { ...credentialsOf(url), ...queryOf(url) }
  if (url.protocol === 'unix:') return { ...common, path: decoded(url.pathname) }
  return { ...common, ...hostOf(url), ...databaseOf(url), ...(url.protocol === 'rediss:' ? { tls: {} } : {}) }
}

function parse(address: string): URL {
  // A URL may not have a user and no host, which is what a socket with a password is.
  const parsable = address.replace(/^(unix:\/\/[^/]*@)\//i, `$1${noHost}/`)
  const url = URL.canParse(parsable) ? new URL(parsable) : refuse('is not an address')
  if (!['redis:', 'rediss:', 'unix:'].includes(url.protocol))
    refuse('does not begin with redis://, rediss:// or unix://')
  if (url.protocol === 'unix:' && !['', noHost].includes(url.hostname))
    refuse('needs the whole path after unix://, its first / included')
  if (url.protocol === 'unix:' && url.pathname.length < 2) refuse('names no socket')
  return url
}

function hostOf({ hostname, port }: URL): RedisOptions {
  if (hostname === '') refuse('names no host')
  return { host: decoded(hostname.replace(/^\[|\]$/g, '')), port: port === '' ? 6379 : Number(port) }
}

function credentialsOf({ username, password }: URL): RedisOptions {
  return {
    ...(username === '' ? {} : { username: decoded(username) }),
    ...(password === '' ? {} : { password: decoded(password) }),
  }
}

function databaseOf({ pathname }: URL): RedisOptions {
  return pathname === '' || pathname === '/' ? {} : { db: numberOf(pathname.slice(1), 'database') }
}

function queryOf({ searchParams }: URL): RedisOptions {
  const options: RedisOptions = {}
  for (const [name, value] of searchParams) {
    if (name === 'db') options.db = numberOf(value, 'database')
    else if (name === 'family') options.family = numberOf(value, 'family')
    else refuse(`has a parameter "${name}", which is not known (db and family are)`)
  }
  return options
}

function numberOf(text: string, what: string): number {
  return /^\d{1,5}$/.test(text) ? Number(text) : refuse(`has a ${what} that is not a number`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('has a % that is not followed by two hexadecimal digits; write % itself as %25')
  }
}

function refuse(problem: string): never {
  throw new SessionError(
    'SESSION_OPTION_INVALID',
    `The Redis address ${problem}, so sessions have nowhere to go. Write it as ${shapes}.`,
  )
}
