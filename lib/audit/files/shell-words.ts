import type { Span } from './tree.js'

/** One word of a command, quotes removed. */
export interface Word extends Span {
  readonly text: string
  /** Holds `$NAME`, `$(…)` or backquotes outside single quotes, which only a shell can tell. */
  readonly expands: boolean
}

/** Words between operators. */
export interface Segment extends Span {
  readonly words: readonly Word[]
  /** What stands before it: `&&`, `||`, `;`, `|`, `&`, a line end; empty for the first. */
  readonly after: string
}

/** Cuts a shell text at `&&`, `||`, `;`, `|`, `&` and line ends into words with their offsets. Comments and redirections are left out. */
export function shellSegments(text: string, base = 0): readonly Segment[] {
  const cutter = new Cutter(text, base)
  while (cutter.at < text.length) cutter.at = cutter.next()
  return cutter.finish()
}

const operator = /^(?:&&|\|\||;;|\|&|[;|&\n)]|\(|[{}](?=\s|$))/
const redirection = /^\d*(?:>>|>&|&>|<<<|>\||>|<)[ \t]*(?:&?\d\b|[^\s;|&]*)/

class Cutter {
  at = 0
  readonly #segments: Segment[] = []
  #words: Word[] = []
  #after = ''
  #word: { text: string; start: number; expands: boolean } | undefined

  constructor(
    readonly text: string,
    readonly base: number,
  ) {}

  /** Takes what stands here; answers where the next thing stands. */
  next(): number {
    const rest = this.text.slice(this.at, this.at + 200)
    const character = rest[0] ?? ''
    if (character === '\\') return this.#escape()
    if (character === "'" || character === '"') return this.#quoted(character)
    if (rest.startsWith('$(') || character === '`') return this.#substitution(character)
    if (rest.startsWith('${')) return this.#take(this.#braceEnd() - this.at, true)
    if (character === '$') return this.#take(1, true)
    if (character === '#' && !this.#word) return this.#comment()
    const redirected = this.#word ? null : redirection.exec(rest)
    if (redirected && !rest.startsWith('&&')) return this.#skip(redirected[0].length)
    const cut = this.#word && '({}'.includes(character) ? null : operator.exec(rest)
    if (cut) return this.#cut(cut[0])
    if (/\s/.test(character)) return this.#skip(1)
    return this.#take(1, false)
  }

  finish(): readonly Segment[] {
    this.#cut('')
    return this.#segments
  }

  #take(length: number, expands: boolean, text = this.text.slice(this.at, this.at + length)): number {
    this.#word ??= { text: '', start: this.at, expands: false }
    this.#word.text += text
    this.#word.expands ||= expands
    return this.at + length
  }

  #escape(): number {
    const next = this.text[this.at + 1] ?? ''
    // A backslash at a line's end joins the lines.
    if (next === '\n' || this.text.startsWith('\\\r\n', this.at)) return this.#skip(next === '\n' ? 2 : 3)
    return this.#take(2, false, next)
  }

  #quoted(quote: string): number {
    let end = this.at + 1
    while (end < this.text.length && this.text[end] !== quote) end += quote === '"' && this.text[end] === '\\' ? 2 : 1
    const inner = this.text.slice(this.at + 1, end)
    const value = quote === '"' ? inner.replace(/\\(["\\$`])/g, '$1').replace(/\\\r?\n/g, '') : inner
    return this.#take(Math.min(end + 1, this.text.length) - this.at, quote === '"' && /[$`]/.test(inner), value)
  }

  #substitution(opening: string): number {
    if (opening === '`') {
      const end = this.text.indexOf('`', this.at + 1)
      return this.#take((end === -1 ? this.text.length : end + 1) - this.at, true)
    }
    let depth = 0
    let end = this.at
    do {
      if (this.text[end] === '(') depth += 1
      if (this.text[end] === ')') depth -= 1
      end += 1
    } while (end < this.text.length && (depth > 0 || end < this.at + 2))
    return this.#take(end - this.at, true)
  }

  #braceEnd(): number {
    const end = this.text.indexOf('}', this.at)
    return end === -1 ? this.text.length : end + 1
  }

  #comment(): number {
    const end = this.text.indexOf('\n', this.at)
    return end === -1 ? this.text.length : end
  }

  #skip(length: number): number {
    this.#endWord()
    return this.at + length
  }

  #endWord(): void {
    if (!this.#word) return
    const { text, start, expands } = this.#word
    this.#words.push({ text, expands, start: this.base + start, end: this.base + this.at })
    this.#word = undefined
  }

  #cut(by: string): number {
    this.#endWord()
    const [first] = this.#words
    const last = this.#words.at(-1)
    if (first && last)
      this.#segments.push({ words: this.#words, after: this.#after, start: first.start, end: last.end })
    if (first) this.#after = by
    this.#words = []
    return this.at + by.length
  }
}
