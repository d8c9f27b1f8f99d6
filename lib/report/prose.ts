/** A part of a sentence: words, or code between backticks. */
export interface Span {
  readonly code: boolean
  readonly text: string
}

/** A paragraph, or lines of code: those that begin with two spaces. */
export interface Block {
  readonly code: boolean
  readonly text: string
}

/** Takes a sentence apart at its backticks. One without its partner is a character. */
export function spansOf(text: string): readonly Span[] {
  const parts = text.split(/(`+)((?:(?!\1)[^`]|(?!\1)`)+)\1(?!`)/)
  const spans: Span[] = []
  for (let at = 0; at < parts.length; at += 3) {
    spans.push({ code: false, text: parts[at] ?? '' })
    if (at + 2 < parts.length) spans.push({ code: true, text: parts[at + 2] ?? '' })
  }
  return spans.filter((span) => span.text !== '')
}

/** Takes a text apart into paragraphs and code. */
export function blocksOf(text: string): readonly Block[] {
  const blocks: { code: boolean; lines: string[] }[] = []
  for (const line of text.split(/\r?\n/)) {
    const code = line.startsWith('  ')
    const last = blocks.at(-1)
    if (last !== undefined && last.code === code && line !== '') last.lines.push(code ? line.slice(2) : line)
    else if (line !== '') blocks.push({ code, lines: [code ? line.slice(2) : line] })
  }
  return blocks.map(({ code, lines }) => ({ code, text: lines.join('\n') }))
}
