import type { Span } from './tree.js'

/** A directive of nginx; `block` for those with braces. */
export interface Directive extends Span {
  readonly name: string
  readonly args: readonly string[]
  readonly block: readonly Directive[] | undefined
}

interface Token extends Span {
  readonly text: string
  readonly sign: boolean
}

const token =
  /#[^\n]*|[{};]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(?:\$\{[^}\s]*\}|\\[\s\S]|[^\s{};#"']|(?<=\S)[#"'])+/g

/** The directives of an nginx file; what is not closed ends with the file. */
export function readNginx(text: string): readonly Directive[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(token)) {
    const [raw] = match
    if (raw.startsWith('#')) continue
    const quoted = /^["']/.test(raw)
    const span = { start: match.index, end: match.index + raw.length }
    tokens.push({ text: quoted ? raw.slice(1, -1) : raw, sign: !quoted && /^[{};]$/.test(raw), ...span })
  }
  return new Reader(tokens).block()
}

class Reader {
  #at = 0

  constructor(readonly tokens: readonly Token[]) {}

  block(): readonly Directive[] {
    const directives: Directive[] = []
    let words: Token[] = []
    for (let next = this.#take(); next && !(next.sign && next.text === '}'); next = this.#take()) {
      if (!next.sign) {
        words.push(next)
        continue
      }
      const inner = next.text === '{' ? this.block() : undefined
      const [first, ...rest] = words
      const end = this.tokens[this.#at - 1]?.end ?? next.end
      if (first)
        directives.push({
          name: first.text,
          args: rest.map((word) => word.text),
          block: inner,
          start: first.start,
          end,
        })
      words = []
    }
    return directives
  }

  #take(): Token | undefined {
    const next = this.tokens[this.#at]
    this.#at += 1
    return next
  }
}

/** Every directive, outside in, with those around it. */
export function* directivesIn(
  directives: readonly Directive[],
  around: readonly Directive[] = [],
): Generator<{ directive: Directive; around: readonly Directive[] }> {
  for (const directive of directives) {
    yield { directive, around }
    if (directive.block) yield* directivesIn(directive.block, [...around, directive])
  }
}
