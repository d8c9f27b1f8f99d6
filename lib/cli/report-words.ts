import type { Confidence } from '../audit/finding.js'
import { type Format, formatOfFile, isFormat } from '../report/format-names.js'
import { nearest } from './nearest.js'
import { UsageError } from './usage-error.js'

/** Where reports go. */
export interface Outputs {
  /** What goes to standard output, if anything. */
  readonly printed: Format | undefined
  readonly files: readonly { readonly format: Format; readonly file: string }[]
}

/** What `--fail-on` takes. */
export const failLevels = ['never', 'note', 'warning', 'error'] as const

/** Values given one after the other, or with commas. */
export function listOf(given: readonly string[]): readonly string[] | undefined {
  const values = given.flatMap((value) => value.split(',').filter(Boolean))
  return values.length > 0 ? values : undefined
}

/** @throws UsageError for a word that is none of them */
export function choice<Word extends string>(
  flag: string,
  word: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const found = words.find((candidate) => candidate === word)
  if (word !== undefined && found === undefined) throw refused(flag, word, words)
  return found
}

/** What `--min-confidence` says. @throws UsageError */
export function confidenceIn(word: string | undefined): Confidence | undefined {
  return choice('--min-confidence', word, ['high', 'medium', 'low'])
}

export function refused(flag: string, word: string, words: readonly string[]): UsageError {
  return new UsageError(`${flag} takes ${words.join(', ')}; not ${JSON.stringify(word)}.`, nearest(word, words))
}

/** The formats that `--format` names. @throws UsageError for one that is not among `known` */
export function formatsOf(given: readonly string[], known: readonly Format[]): readonly Format[] {
  const formats = (listOf(given) ?? []).map((word) => {
    const format = word === 'markdown' ? 'md' : word
    if (!isFormat(format) || !known.includes(format)) throw refused('--format', word, known)
    return format
  })
  return [...new Set(formats)]
}

/** Formats with a file go there, one may go to standard output. */
export function outputs(formats: readonly Format[], words: readonly string[]): Outputs {
  const bare = words.filter((word) => prefixOf(word) === undefined)
  const named = words.filter((word) => prefixOf(word) !== undefined).map((word) => prefixed(word))
  const open = formats.filter((format) => !named.some((output) => output.format === format))
  const files = [...named]
  for (const file of bare) {
    const format = open.length === 1 ? open[0] : open.find((candidate) => candidate === formatOfFile(file))
    const chosen = format ?? formatOfFile(file)
    if (chosen === undefined)
      throw new UsageError(`--output ${file} leaves the format open. Say --output json=${file}.`)
    files.push({ format: chosen, file })
  }
  const left = formats.filter((format) => !files.some((output) => output.format === format))
  if (left.length > 1) {
    throw new UsageError(`${left.join(' and ')} cannot share standard output. Say --output ${left[0]}=FILE for one.`)
  }
  return { printed: left[0] ?? (formats.length === 0 ? 'text' : undefined), files }
}

function prefixOf(word: string): Format | undefined {
  const name = word.slice(0, Math.max(0, word.indexOf('=')))
  const format = name === 'markdown' ? 'md' : name
  return isFormat(format) ? format : undefined
}

function prefixed(word: string): { format: Format; file: string } {
  const file = word.slice(word.indexOf('=') + 1)
  if (file === '') throw new UsageError(`--output ${word} names no file.`)
  return { format: prefixOf(word) ?? 'text', file }
}
