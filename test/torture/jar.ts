import { createHash } from 'node:crypto'

/** The cookies of one browser. Never changed: every response makes a new one. */
export type Jar = ReadonlyMap<string, string>

export const emptyJar: Jar = new Map()

/** The Cookie header. */
export function header(jar: Jar): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** The jar after a response. */
export function afterResponse(jar: Jar, setCookies: readonly string[]): Jar {
  const next = new Map(jar)
  for (const line of setCookies) {
    const pair = line.split(';', 1)[0] ?? ''
    const name = pair.slice(0, pair.indexOf('='))
    if (clears(line)) next.delete(name)
    else next.set(name, pair.slice(pair.indexOf('=') + 1))
  }
  return next
}

/** A Set-Cookie line that takes the cookie away. */
export function clears(line: string): boolean {
  return /^[^=]+=(;|$)/.test(line) || /max-age=0\b/i.test(line) || /expires=Thu, 01 Jan 1970/i.test(line)
}

/** Tells jars apart in a history, which must not hold a cookie. */
export function hashOf(jar: Jar): string {
  if (jar.size === 0) return 'none'
  return createHash('sha256').update(header(jar)).digest('hex').slice(0, 8)
}
