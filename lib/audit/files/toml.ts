import { type Entry, type Parsed, type Span, scalar, type Tree } from './tree.js'

/** A TOML file. The parser gives no positions: a value stands where its key's line is, tables where their header is. */
export async function readToml(text: string): Promise<Parsed<Tree>> {
  const { parse } = await import('smol-toml')
  try {
    return { value: treeOf(parse(text.replace(/^\uFEFF/, ' ')), [], new Lines(text)) }
  } catch (error) {
    return { problem: `TOML: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}` }
  }
}

function treeOf(value: unknown, path: readonly string[], lines: Lines): Tree {
  const span = lines.find(path)
  if (Array.isArray(value)) {
    const items = value.map((item, index) => treeOf(item, [...path, String(index)], lines))
    return { kind: 'list', items, ...span }
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const entries = Object.entries(value).map(([key, inner]): Entry => {
      const tree = treeOf(inner, [...path, key], lines)
      return { key, value: tree, start: lines.keyStart([...path, key]) ?? tree.start, end: tree.end }
    })
    return { kind: 'map', entries, ...span }
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return scalar(value, span)
  return scalar(String(value), span)
}

/** Where each key of a TOML file is written, by its path; the n-th table of a list has n in its path. */
class Lines {
  readonly #spans = new Map<string, Span & { keyStart: number }>()

  constructor(text: string) {
    const counts = new Map<string, number>()
    let table: readonly string[] = []
    for (const match of text.matchAll(
      /^[ \t]*(?:\[\[([^\]]+)\]\]|\[([^\]]+)\]|((?:[\w.-]+|"[^"]*")+)[ \t]*=[ \t]*)([^\n]*)/gm,
    )) {
      const [whole, list, header, key, rest = ''] = match
      const keyStart = match.index + (/^[ \t]*/.exec(whole)?.[0].length ?? 0)
      const end = match.index + whole.trimEnd().length
      if (list) {
        const base = partsOf(list, counts)
        const n = counts.get(base.join('\0')) ?? 0
        counts.set(base.join('\0'), n + 1)
        table = [...base, String(n)]
        this.#set(table, { start: keyStart, end, keyStart })
      } else if (header) {
        table = partsOf(header, counts)
        this.#set(table, { start: keyStart, end, keyStart })
      } else if (key) {
        const value = valueSpan(rest)
        const start = match.index + whole.length - rest.length
        this.#set([...table, ...key.split('.').map(unquoted)], {
          start: start + value.start,
          end: start + value.end,
          keyStart,
        })
      }
    }
  }

  find(path: readonly string[]): Span {
    for (let length = path.length; length > 0; length -= 1) {
      const span = this.#spans.get(path.slice(0, length).join('\0'))
      if (span) return { start: span.start, end: span.end }
    }
    return { start: 0, end: 0 }
  }

  keyStart(path: readonly string[]): number | undefined {
    return this.#spans.get(path.join('\0'))?.keyStart
  }

  #set(path: readonly string[], span: Span & { keyStart: number }): void {
    const key = path.join('\0')
    if (!this.#spans.has(key)) this.#spans.set(key, span)
  }
}

/** A header inside a list of tables belongs to the last one: `[[services]]`, then `[services.ports]`. */
function partsOf(header: string, counts: ReadonlyMap<string, number>): readonly string[] {
  const parts: string[] = []
  for (const part of header.split('.')) {
    const n = counts.get(parts.join('\0'))
    if (n !== undefined) parts.push(String(n - 1))
    parts.push(unquoted(part.trim()))
  }
  return parts
}

function unquoted(part: string): string {
  return part.replace(/^["']|["']$/g, '')
}

/** The value without quotes and comment. */
function valueSpan(rest: string): Span {
  const [quoted, , inner = ''] = /^(["'])(.*?)\1/.exec(rest) ?? []
  if (quoted) return { start: 1, end: 1 + inner.length }
  return { start: 0, end: rest.replace(/\s+#.*$/, '').trimEnd().length }
}
