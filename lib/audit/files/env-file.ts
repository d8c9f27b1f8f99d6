import type { Span } from './tree.js'

/** One line of an env file, or several where the value is quoted. */
export interface EnvEntry extends Span {
  readonly name: string
  readonly nameSpan: Span
  /** Without quotes, `\n` in double quotes turned into line ends. */
  readonly value: string
  /** Without quotes. */
  readonly valueSpan: Span
  /** Double quotes and bare values may hold `$NAME`. */
  readonly quote: '"' | "'" | '`' | undefined
  /** Written as a comment: `# NAME=value`. */
  readonly commented: boolean
}

const head = /^([ \t]*(?:#[ \t]*)?)(export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(=|:[ \t])[ \t]*/

/** The assignments of an env file, as dotenv reads them, with exact offsets; later ones hold. */
export function readEnvFile(text: string): readonly EnvEntry[] {
  const entries: EnvEntry[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const lineEnd = endOfLine(text, at)
    const entry = entryAt(text, at, lineEnd)
    if (entry) entries.push(entry)
    at = Math.max(entry ? endOfLine(text, entry.end) : lineEnd, lineEnd) + 1
  }
  return entries
}

function entryAt(text: string, start: number, lineEnd: number): EnvEntry | undefined {
  const match = head.exec(text.slice(start, lineEnd))
  const name = match?.[3]
  if (!match || name === undefined) return undefined
  const commented = (match[1] ?? '').includes('#')
  const nameStart = start + (match[1] ?? '').length + (match[2] ?? '').length
  const nameSpan = { start: nameStart, end: nameStart + name.length }
  const valueStart = start + match[0].length
  const quoted = commented ? undefined : quotedAt(text, valueStart)
  if (quoted) return { name, nameSpan, commented, ...quoted, start, end: quoted.valueSpan.end + 1 }
  const valueSpan = bareSpan(text, valueStart, lineEnd)
  const value = text.slice(valueSpan.start, valueSpan.end)
  return {
    name,
    nameSpan,
    value,
    valueSpan,
    quote: undefined,
    commented,
    start,
    end: Math.max(valueSpan.end, valueStart),
  }
}

function quotedAt(text: string, at: number): Pick<EnvEntry, 'value' | 'valueSpan' | 'quote'> | undefined {
  const quote = text[at]
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined
  let end = at + 1
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' && quote === '"' ? 2 : 1
  if (end >= text.length) return undefined
  const inner = text.slice(at + 1, end)
  const value = quote === '"' ? inner.replace(/\\n/g, '\n').replace(/\\r/g, '\r').replace(/\\"/g, '"') : inner
  return { value, valueSpan: { start: at + 1, end }, quote }
}

/** Up to a comment, which needs a space before its `#`, without spaces at the end. */
function bareSpan(text: string, start: number, lineEnd: number): Span {
  const raw = text.slice(start, lineEnd)
  const comment = raw.startsWith('#') ? 0 : raw.search(/\s#/)
  const kept = (comment === -1 ? raw : raw.slice(0, comment)).trimEnd()
  return { start, end: start + kept.length }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
