import { SessionError } from './errors.js'
import type { Settings } from './options.js'

/** The session cookie's name and attributes, decided once at boot. */
export interface CookiePlan {
  readonly name: string
  readonly secure: boolean
  /** All attributes but the dates, as they stand in Set-Cookie. */
  readonly attributes: string
}

/** Browsers drop a cookie whose name and value are longer, in bytes (RFC 6265bis section 5.6; OWASP ASVS 3.3.5). */
export const largestCookie = 4096

/** Browsers cut longer lives to this, in seconds: 400 days (RFC 6265bis section 5.5). */
export const longestMaxAge = 400 * 86_400

type CookieSettings = Pick<Settings, Extract<keyof Settings, `cookie.${string}` | 'permanent' | 'lifetime'>>

/**
 * Name and attributes of the cookie. Contradictions that make browsers drop it silently are refused here.
 *
 * @throws SessionError SESSION_COOKIE_INVALID (RFC 6265bis sections 4.1.3 and 5.6, CHIPS)
 */
export function planCookie(settings: CookieSettings, production: boolean): CookiePlan {
  const domain = settings['cookie.domain']
  const path = settings['cookie.path']
  const secure = settings['cookie.secure'] ?? production
  const name = settings['cookie.name'] ?? defaultName({ secure, domain, path, production })
  const plan = {
    name,
    secure,
    domain,
    path,
    sameSite: settings['cookie.sameSite'],
    partitioned: settings['cookie.partitioned'],
  }
  const problem = contradiction(plan) ?? tooLong(settings)
  if (problem) throw new SessionError('SESSION_COOKIE_INVALID', problem)
  return { name, secure, attributes: attributes({ ...plan, priority: settings['cookie.priority'] }) }
}

interface Named {
  secure: boolean
  domain: string | undefined
  path: string
  production: boolean
}

function defaultName({ secure, domain, path, production }: Named): string {
  if (!production || !secure) return 'session'
  return domain === undefined && path === '/' ? '__Host-session' : '__Secure-session'
}

interface Draft {
  name: string
  secure: boolean
  domain: string | undefined
  path: string
  sameSite: 'lax' | 'strict' | 'none'
  partitioned: boolean
}

function contradiction({ name, secure, domain, path, sameSite, partitioned }: Draft): string | undefined {
  // Browsers compare the prefixes without regard to case.
  const prefix = /^__(host|secure)-/i.exec(name)?.[1]?.toLowerCase()
  if (prefix && !secure)
    return `The cookie name ${name} promises Secure, and cookie.secure is false: browsers drop such a cookie without a word, so nobody could log in. Set cookie.secure (SESSION_COOKIE_SECURE) to true, or choose a name without the prefix.`
  if (prefix === 'host' && domain !== undefined)
    return `The cookie name ${name} promises one host, and cookie.domain (SESSION_COOKIE_DOMAIN) is set: browsers drop such a cookie. Use a name that begins with __Secure-, or leave the domain out.`
  if (prefix === 'host' && path !== '/')
    return `The cookie name ${name} promises the path /, and cookie.path (SESSION_COOKIE_PATH) is another: browsers drop such a cookie. Use a name that begins with __Secure-, or leave the path out.`
  if (sameSite === 'none' && !secure)
    return 'cookie.sameSite is none and cookie.secure is false: browsers drop such a cookie. Set cookie.secure (SESSION_COOKIE_SECURE) to true, or use lax.'
  if (partitioned && !secure)
    return 'cookie.partitioned is set and cookie.secure is false: browsers drop such a cookie. Set cookie.secure (SESSION_COOKIE_SECURE) to true.'
  return undefined
}

function tooLong({ permanent, lifetime }: CookieSettings): string | undefined {
  if (!permanent || lifetime <= longestMaxAge) return undefined
  return `permanent is on and lifetime is ${lifetime} seconds; browsers keep no cookie longer than 400 days (${longestMaxAge} seconds), so the promise could not hold. Set lifetime (PERMANENT_SESSION_LIFETIME) to that or less.`
}

const titleCase = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function attributes(plan: Draft & { priority: string | undefined }): string {
  return [
    `; Path=${plan.path}`,
    plan.domain && `; Domain=${plan.domain}`,
    plan.secure && '; Secure',
    '; HttpOnly',
    `; SameSite=${titleCase(plan.sameSite)}`,
    plan.partitioned && '; Partitioned',
    plan.priority && `; Priority=${titleCase(plan.priority)}`,
  ]
    .filter(Boolean)
    .join('')
}

/**
 * The Set-Cookie line that gives the browser a value.
 *
 * @param maxAge seconds from now until the browser forgets it; undefined: until the browser ends
 */
export function setCookieLine(plan: CookiePlan, value: string, maxAge: number | undefined, now: number): string {
  const dates =
    maxAge === undefined ? '' : `; Max-Age=${maxAge}; Expires=${new Date(now + maxAge * 1000).toUTCString()}`
  return `${plan.name}=${value}${plan.attributes}${dates}`
}

/** The Set-Cookie line that removes the cookie: the attributes it was set with, and a date long past. */
export function clearCookieLine(plan: CookiePlan): string {
  return `${plan.name}=${plan.attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`
}

/** Every value of the named cookie in a Cookie header, in its order: a parent domain may have set another one. */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values: string[] = []
  if (!header?.includes(name)) return values
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(';', start)
    const end = semicolon === -1 ? header.length : semicolon
    const equals = header.indexOf('=', start)
    if (equals !== -1 && equals < end && header.slice(start, equals).trim() === name)
      values.push(header.slice(equals + 1, end).trim())
    start = end + 1
  }
  return values
}
