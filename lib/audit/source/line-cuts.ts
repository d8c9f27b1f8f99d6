/** A part of a text, from `start` up to `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Statements to cut out, as spans of whole lines where nothing else stands in them. A comment that stands directly above
 * goes too, if a blank line or nothing follows; so does a second blank line in a row.
 */
export function lineCuts(text: string, statements: readonly Span[]): Span[] {
  const lines = [...statements].sort((a, b) => a.start - b.start).map((span) => wholeLines(text, span))
  const merged: Span[] = []
  for (const span of lines) {
    const last = merged.at(-1)
    if (last !== undefined && /^\s*$/.test(text.slice(last.end, span.start)) && span.start >= last.end)
      merged[merged.length - 1] = { start: last.start, end: span.end }
    else merged.push(span)
  }
  return merged.map((span) => tidy(text, span))
}

function wholeLines(text: string, { start, end }: Span): Span {
  const before = text.lastIndexOf('\n', start - 1) + 1
  const next = text.indexOf('\n', end)
  const after = next === -1 ? text.length : next + 1
  const isAlone = /^\s*$/.test(text.slice(before, start)) && /^[\s;]*(\/\/.*)?$/.test(text.slice(end, after))
  return isAlone ? { start: before, end: after } : { start, end }
}

function tidy(text: string, { start, end }: Span): Span {
  if (start > 0 && text[start - 1] !== '\n') return { start, end }
  const follows = /^[ \t]*\r?\n/.exec(text.slice(end))
  const isLast = end === text.length
  const from = follows || isLast ? withComment(text, start) : start
  const isBlankBefore = from === 0 || /(^|\n)[ \t]*\r?\n$/.test(text.slice(0, from))
  return { start: from, end: follows && isBlankBefore ? end + follows[0].length : end }
}

/** The start of the comment lines that end where the statement begins. */
function withComment(text: string, start: number): number {
  const above =
    /(?:^|\n)((?:[ \t]*(?:\/\/(?!.*koa-shared-session-ignore|#!).*|\/\*(?:(?!\*\/)[^\n])*\*\/[ \t]*)\r?\n)+)$/.exec(
      text.slice(0, start),
    )
  const from = start - (above?.[1]?.length ?? 0)
  return from === 0 ? start : from
}
