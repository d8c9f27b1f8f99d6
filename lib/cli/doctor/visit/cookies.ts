import type { LiveCookie } from '../../../audit/live/live-facts.js'

/** A cookie as it was set (RFC 6265 section 5.2). */
export interface SetCookie extends LiveCookie {
  /** Name and value, as they go back. Never to be printed. */
  readonly pair: string
}

/** The cookies that a response sets; those that it takes away are left out. */
export function cookiesSet(lines: readonly string[], sessionName: string | null, now: number): SetCookie[] {
  const all = lines.map(parse).filter(({ attributes, value }) => value !== '' && !isOver(attributes, now))
  const last = all.filter(({ name }, index) => all.findLastIndex((other) => other.name === name) === index)
  const isNamed = last.some(({ name }) => isSession(name, sessionName))
  return last.map(({ name, pair, attributes }) => ({
    name,
    pair,
    session: isNamed ? isSession(name, sessionName) : !/csrf|xsrf/i.test(name),
    httpOnly: attributes.has('httponly'),
    secure: attributes.has('secure'),
    sameSite: attributes.get('samesite')?.toLowerCase() || null,
    path: attributes.get('path') || null,
    domain: attributes.get('domain') || null,
  }))
}

/** With their signatures, which come as cookies of their own where the `cookies` package signs. */
function isSession(name: string, sessionName: string | null): boolean {
  const bare = name.replace(/\.sig$/, '')
  return bare === sessionName || (!/csrf|xsrf/i.test(bare) && /sess|(^|[._-])sid$/i.test(bare))
}

function parse(line: string) {
  const [pair = '', ...parts] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const attributes = new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.trim().toLowerCase(), value.join('=').trim()] as const
    }),
  )
  return { name: pair.slice(0, Math.max(0, at)).trim(), value: pair.slice(at + 1).trim(), pair, attributes }
}

function isOver(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const age = attributes.get('max-age')
  if (age !== undefined && age !== '') return Number(age) <= 0
  const date = Date.parse(attributes.get('expires') ?? '')
  return date <= now
}
