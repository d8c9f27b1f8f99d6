import { createHash } from 'node:crypto'
import { isShownSecret } from './public-secret.js'
import { secretsByForm } from './secret-patterns.js'

/** A part of a text that is not shown, and what stands there instead. */
export interface Hidden {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Needle {
  /** The secret as it may be written: itself, escaped, encoded. */
  readonly written: string
  readonly shown: string
  /** Masked only where a value stands: between quotes, after `=` or `:`. Otherwise words of prose would go. */
  readonly asValue: boolean
}

const shortest = 6
const longestWord = 12

/** Hides secrets in whatever is shown. Values printed in public READMEs stay, so that people see what is wrong. */
export class Mask {
  readonly #needles: readonly Needle[]

  constructor(values: Iterable<string>) {
    const written = new Map<string, Needle>()
    for (const value of values)
      for (const needle of isShownSecret(value) ? [] : needlesOf(value))
        if (!written.has(needle.written)) written.set(needle.written, needle)
    this.#needles = [...written.values()].sort((a, b) => b.written.length - a.written.length)
  }

  /** The text without its secrets. */
  text(text: string): string {
    return replaced(text, this.hidden(text))
  }

  /** Whether the text can be shown as it is. */
  isClean(text: string): boolean {
    return this.hidden(text).length === 0
  }

  /** The parts to hide, in order; none overlap. */
  hidden(text: string): readonly Hidden[] {
    const parts: Hidden[] = []
    const taken = new Set<number>()
    const take = (part: Hidden) => {
      for (let at = part.start; at < part.end; at++) if (taken.has(at)) return
      for (let at = part.start; at < part.end; at++) taken.add(at)
      parts.push(part)
    }
    for (const needle of this.#needles)
      for (const start of placesOf(text, needle)) take(withQuotes(text, start, needle))
    for (const { start, value } of secretsByForm(text))
      take(withQuotes(text, start, { written: value, shown: shownSecret(value), asValue: false }))
    return parts.sort((a, b) => a.start - b.start)
  }

  /** The same value with every string masked, but for properties that are named: paths, ids. */
  deep<Value>(value: Value, open: ReadonlySet<string>): Value {
    return this.#walk(value, open) as Value
  }

  #walk(value: unknown, open: ReadonlySet<string>): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((one) => this.#walk(one, open))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, open.has(name) ? one : this.#walk(one, open)]),
    )
  }
}

/** What is shown for a secret: its first characters where it is long enough, its length, a part of its SHA-256. */
export function shownSecret(value: string): string {
  const start = value.length >= 8 ? value.slice(0, 2).replace(/\s/g, ' ') : ''
  const digest = createHash('sha256').update(value).digest('hex').slice(0, 4)
  return `'${start}…' (${value.length} chars, sha256 ${digest}…)`
}

/** The text with its hidden parts replaced. */
export function replaced(text: string, hidden: readonly Hidden[]): string {
  let result = ''
  let at = 0
  for (const part of hidden) {
    result += text.slice(at, part.start) + part.text
    at = part.end
  }
  return result + text.slice(at)
}

function needlesOf(value: string): Needle[] {
  const shown = shownSecret(value)
  const asValue = value.length < shortest || (value.length < longestWord && /^[A-Z]?[a-z]+$/.test(value))
  const lines = value.includes('\n') ? value.split(/\r?\n/).filter((line) => line.trim().length >= shortest) : []
  const forms = new Set([value, ...escapedForms(value), ...lines])
  const encoded = value.length < shortest ? [] : encodedForms(value)
  return [
    ...[...forms].map((written) => ({ written, shown, asValue })),
    ...encoded.map((written) => ({ written, shown, asValue: false })),
  ]
}

/** As the value stands in source, JSON, addresses. */
function escapedForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  return [
    json,
    json.replaceAll('\\"', '"').replaceAll("'", "\\'"),
    encodeURIComponent(value),
    value.replaceAll('$', '$$$$'),
  ]
}

/** As Kubernetes keeps it, also with the line end that `echo` adds; and what such a text holds, where the value is one. */
function encodedForms(value: string): string[] {
  const forms = ['base64', 'base64url', 'hex'] as const
  const encoded = forms.flatMap((form) =>
    [value, `${value}\n`].map((text) => Buffer.from(text).toString(form).replace(/=+$/, '')),
  )
  const plain = Buffer.from(value, 'base64').toString('utf8').trim()
  const isBase64 = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) && value.length % 4 === 0
  return isBase64 && /^[\x20-\x7e]{6,}$/.test(plain) && !isShownSecret(plain) ? [...encoded, plain] : encoded
}

function* placesOf(text: string, { written, asValue }: Needle): Generator<number> {
  for (let at = text.indexOf(written); at !== -1; at = text.indexOf(written, at + written.length))
    if (!asValue || isValueAt(text, at, at + written.length)) yield at
}

const before = /(?:['"`]|[=:]\s*|(?:^|\n)[+-]?\s*-\s+|[,[]\s*|--?[\w-]*(?:pass|secret|key|token|auth)[\w-]*\s+)$/i
const after = /^(?:['"`\s,;)\]}@]|$)/

/** Between quotes, after `=` or `:`, an item of a list, the value of a flag: not a word of a sentence. */
function isValueAt(text: string, start: number, end: number): boolean {
  if (!after.test(text.slice(end, end + 1))) return false
  const lead = text.slice(Math.max(0, start - 60), start)
  const quote = /['"`]$/.exec(lead)?.[0]
  return quote === undefined ? before.test(lead) : text[end] === quote
}

function withQuotes(text: string, start: number, { written, shown }: Needle): Hidden {
  const end = start + written.length
  const quote = text[start - 1] ?? ''
  const isQuoted = /['"`]/.test(quote) && text[end] === quote
  return isQuoted ? { start: start - 1, end: end + 1, text: shown } : { start, end, text: shown }
}
