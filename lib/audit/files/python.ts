import type { Span } from './tree.js'

/** A token of Python. Comments and line ends inside brackets are left out. */
export interface PythonToken extends Span {
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'line'
  /** A string's text without quotes and prefix. */
  readonly text: string
  /** How many brackets are open. */
  readonly depth: number
  /** The indentation of the line that it is in. */
  readonly indent: number
}

const lexeme =
  /(?<comment>#[^\n]*)|(?<string>[rbufRBUF]{0,2}(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'))|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d[\w.]*)|(?<line>\\?\r?\n)|(?<sign>\*\*|[-+*/|&=!<>]=|:=|[^\s])/gu

/** The tokens of a Python file. Whatever it cannot read it skips: this serves a few known names, not the language. */
export function readPython(text: string): readonly PythonToken[] {
  const tokens: PythonToken[] = []
  let depth = 0
  let indent = indentAt(text, 0)
  for (const match of text.matchAll(lexeme)) {
    const [raw] = match
    const span = { start: match.index, end: match.index + raw.length }
    const { comment, string, name, number, line } = match.groups ?? {}
    if (comment !== undefined || raw.startsWith('\\')) continue
    if (line !== undefined) {
      indent = indentAt(text, span.end)
      if (depth === 0) tokens.push({ kind: 'line', text: '\n', depth, indent, ...span })
      continue
    }
    if (/^[)\]}]$/.test(raw)) depth = Math.max(0, depth - 1)
    const kind =
      string !== undefined ? 'string' : name !== undefined ? 'name' : number !== undefined ? 'number' : 'sign'
    tokens.push({ kind, text: kind === 'string' ? unquoted(raw) : raw, depth, indent, ...span })
    if (/^[([{]$/.test(raw)) depth += 1
  }
  return tokens
}

function indentAt(text: string, at: number): number {
  return /^[ \t]*/.exec(text.slice(at, at + 100))?.[0].length ?? 0
}

function unquoted(raw: string): string {
  const plain = raw.replace(/^[a-zA-Z]{0,2}/, '')
  const quotes = /^("""|''')/.test(plain) ? 3 : 1
  return plain.slice(quotes, -quotes)
}

/** A name given a value: `x = …`, `app.config['X'] = …`, `f(x=…)`, `{'x': …}`. */
export interface PythonAssignment extends Span {
  /** The last part: `SECRET_KEY` of `app.config['SECRET_KEY']`. */
  readonly name: string
  readonly form: 'assignment' | 'item' | 'keyword' | 'entry'
  readonly value: readonly PythonToken[]
  /** For a keyword: the function called. */
  readonly callee: string | undefined
  readonly indent: number
}

/** All assignments, keyword arguments and dictionary entries with their values as tokens. */
export function pythonAssignments(tokens: readonly PythonToken[]): readonly PythonAssignment[] {
  return tokens.flatMap((sign, at) => {
    if (sign.kind !== 'sign' || (sign.text !== '=' && sign.text !== ':')) return []
    const target = targetBefore(tokens, at, sign.text)
    if (!target) return []
    const value = valueAfter(tokens, at)
    const last = value.at(-1)
    return last ? [{ ...target, value, start: target.start, end: last.end, indent: sign.indent }] : []
  })
}

type Target = Pick<PythonAssignment, 'name' | 'form' | 'callee' | 'start'>

function targetBefore(tokens: readonly PythonToken[], at: number, sign: string): Target | undefined {
  const before = tokens[at - 1]
  if (!before) return undefined
  if (sign === ':')
    return before.kind === 'string' && before.depth > 0
      ? { name: before.text, form: 'entry', callee: undefined, start: before.start }
      : undefined
  const typed = before.depth === 0 ? annotated(tokens, at) : undefined
  if (typed) return typed
  if (before.kind === 'sign' && before.text === ']') {
    const key = tokens[at - 2]
    return key?.kind === 'string' && tokens[at - 3]?.text === '['
      ? { name: key.text, form: 'item', callee: undefined, start: key.start }
      : undefined
  }
  if (before.kind !== 'name') return undefined
  if (before.depth === 0) return { name: before.text, form: 'assignment', callee: undefined, start: before.start }
  return { name: before.text, form: 'keyword', callee: calleeAround(tokens, at, before.depth), start: before.start }
}

/** `workers: int = 4` */
function annotated(tokens: readonly PythonToken[], at: number): Target | undefined {
  const colon = tokens.findLastIndex(
    (token, index) => index < at && token.kind === 'sign' && token.text === ':' && token.depth === 0,
  )
  const name = tokens[colon - 1]
  const isFirst = colon > 0 && (tokens[colon - 2]?.kind ?? 'line') === 'line'
  if (!isFirst || name?.kind !== 'name' || tokens.slice(colon, at).some((token) => token.kind === 'line'))
    return undefined
  return { name: name.text, form: 'assignment', callee: undefined, start: name.start }
}

function calleeAround(tokens: readonly PythonToken[], at: number, depth: number): string | undefined {
  const opening = tokens.findLastIndex((token, index) => index < at && token.text === '(' && token.depth === depth - 1)
  const callee = tokens[opening - 1]
  return callee?.kind === 'name' ? callee.text : undefined
}

function valueAfter(tokens: readonly PythonToken[], at: number): readonly PythonToken[] {
  const depth = tokens[at]?.depth ?? 0
  let end = at + 1
  for (; end < tokens.length; end += 1) {
    const token = tokens[end]
    if (!token || token.kind === 'line' || token.depth < depth) break
    if (depth > 0 && token.depth === depth && token.kind === 'sign' && token.text === ',') break
  }
  return tokens.slice(at + 1, end)
}

/** The lines that open the blocks around an offset, inside out: `if testing:`, `class Config:`. */
export function pythonHeaders(tokens: readonly PythonToken[], offset: number): readonly string[] {
  const headers: string[] = []
  let at = tokens.findLastIndex((token) => token.start <= offset)
  let indent = tokens[at]?.indent ?? 0
  for (; at >= 0 && indent > 0; at -= 1) {
    const token = tokens[at]
    if (!token || token.kind === 'line' || token.indent >= indent) continue
    const { indent: outer } = token
    const first =
      tokens.findLastIndex((other, index) => index < at && (other.kind === 'line' || other.indent !== outer)) + 1
    headers.push(
      tokens
        .slice(first, at + 1)
        .map(({ text }) => text)
        .join(' '),
    )
    indent = outer
    at = first
  }
  return headers
}
