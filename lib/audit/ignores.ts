import { type Place, Places } from './place.js'

/** A comment that asks for a finding to be left out. */
export interface Ignore {
  /** Ids or slugs, as written. */
  readonly rules: readonly string[]
  /** Empty: the comment counts for nothing. */
  readonly reason: string
  readonly place: Place
  /** The line it speaks of: its own, or the next one with content where it stands alone. */
  readonly line: number
}

const marker = 'koa-shared-session-ignore'
const comment = /(?:\/\/|\/\*|#|<!--|;|\*)[ \t]*koa-shared-session-ignore\b([^\n]*)/g
const close = /\s*(?:\*\/|-->).*$/

/** The ignores of one file, in comments of any kind. */
export function ignoresOf(file: string, text: string): readonly Ignore[] {
  if (!text.includes(marker)) return []
  const places = new Places(file, text)
  return [...text.matchAll(comment)].map((match) => {
    const words = (match[1] ?? '').replace(close, '').trim()
    const [named = '', ...reason] = words.split(/(?:^|\s)--(?:\s|$)/)
    const place = places.at(match.index, match.index + match[0].trimEnd().length)
    return {
      rules: named.split(/[\s,]+/).filter(Boolean),
      reason: reason.join(' -- ').trim(),
      place,
      line: spokenOf(text, place),
    }
  })
}

/** Whether the comment names the rule. */
export function names(ignore: Ignore, rule: { readonly id: string; readonly slug: string }): boolean {
  return ignore.rules.some((word) => word.toUpperCase() === rule.id || word.toLowerCase() === rule.slug)
}

function spokenOf(text: string, place: Place): number {
  const lines = text.split('\n')
  const own = lines[place.line - 1] ?? ''
  if (own.slice(0, place.column - 1).trim() !== '') return place.line
  const next = lines.findIndex((line, index) => index >= place.line && line.trim() !== '' && !isIgnore(line))
  return next === -1 ? place.line : next + 1
}

/** Several ignores may stand above one line. */
function isIgnore(line: string): boolean {
  return line.search(comment) === line.search(/\S/)
}
