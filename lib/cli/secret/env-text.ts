/** A variable that is set in the text of an env file. */
export interface Assignment {
  readonly name: string
  readonly value: string
  /** What stands before the name: spaces, `export`. */
  readonly lead: string
  /** Where the value stands, its quotes included. */
  readonly from: number
  readonly to: number
  /** Where its line ends, before the line break. */
  readonly lineEnd: number
}

const head = /(?<=^|\n)([ \t]*(?:export[ \t]+)?)([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/y

/**
 * The variables that a text sets, in order, read as Node's --env-file reads them: values may be in quotes, then over
 * several lines; outside of quotes a `#` begins a comment.
 */
export function assignmentsIn(text: string): Assignment[] {
  const found: Assignment[] = []
  for (let at = 0; at < text.length; ) {
    head.lastIndex = at
    const match = head.exec(text)
    const end = lineEndAfter(text, match ? head.lastIndex : at)
    if (!match) {
      at = end + 1
      continue
    }
    const from = head.lastIndex
    const closing = quoteEnd(text, from)
    const to = closing ?? plainEnd(text, from, end)
    const raw = text.slice(from, to)
    const lineEnd = lineEndAfter(text, to)
    const value = closing === undefined ? raw : raw.slice(1, -1)
    found.push({ name: match[2] ?? '', value, lead: match[1] ?? '', from, to, lineEnd: beforeReturn(text, lineEnd) })
    at = lineEnd + 1
  }
  return found
}

/** Where a value in quotes ends, after its second quote; undefined where it is in none. */
function quoteEnd(text: string, from: number): number | undefined {
  const quote = text[from]
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined
  const closing = text.indexOf(quote, from + 1)
  return closing === -1 ? undefined : closing + 1
}

function plainEnd(text: string, from: number, lineEnd: number): number {
  const line = text.slice(from, lineEnd)
  const comment = line.indexOf('#')
  return from + (comment === -1 ? line : line.slice(0, comment)).trimEnd().length
}

function lineEndAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

const beforeReturn = (text: string, end: number) => (text[end - 1] === '\r' ? end - 1 : end)
