import { isConfidence } from '../../audit/confidence.js'
import type { Confidence, Severity } from '../../audit/finding.js'
import { type Format, formatNames, formatOfFile, isFormat } from '../../report/format-names.js'
import { readFlags } from '../flags.js'
import { nearest } from '../nearest.js'
import { UsageError } from '../usage-error.js'
import { type MigrateFlag, migrateFlags } from './flags.js'

/** Settings that may also stand in the configuration file. Undefined: not said. */
export interface Settings {
  readonly entry?: string | undefined
  readonly workers?: number | 'auto' | undefined
  readonly hosts?: number | undefined
  readonly store?: 'redis' | 'file' | undefined
  readonly only?: readonly string[] | undefined
  readonly skip?: readonly string[] | undefined
  readonly minConfidence?: Confidence | undefined
  readonly failOn?: Severity | 'never' | undefined
  readonly baseline?: string | undefined
  readonly envFile?: readonly string[] | undefined
  readonly workspace?: string | undefined
}

export interface MigrateFlags {
  readonly directory: string
  readonly settings: Settings
  /** What goes to standard output, if anything. */
  readonly printed: Format | undefined
  readonly files: readonly { readonly format: Format; readonly file: string }[]
  readonly write: 'safe' | 'unsafe' | undefined
  readonly force: boolean
  readonly all: boolean
  readonly updateBaseline: boolean
  readonly colour: boolean | undefined
  readonly quiet: boolean
  readonly summary: boolean
  readonly links: boolean
}

/** What the words ask for: help, a rule's text, the list of rules, or an audit. */
export type Request =
  | { readonly ask: 'help' }
  | { readonly ask: 'explain'; readonly rule: string }
  | { readonly ask: 'rules'; readonly format: 'text' | 'json' }
  | { readonly ask: 'audit'; readonly flags: MigrateFlags }

/** The words of `migrate`; only flags that exist can be asked for. */
interface MigrateWords {
  readonly operands: readonly string[]
  has(flag: MigrateFlag): boolean
  text(flag: MigrateFlag): string | undefined
  all(flag: MigrateFlag): readonly string[]
}

export function readMigrate(words: readonly string[]): Request {
  const read: MigrateWords = readFlags(words, migrateFlags)
  if (read.has('help')) return { ask: 'help' }
  const rule = read.text('explain')
  if (rule !== undefined) return { ask: 'explain', rule }
  const formats = formatsOf(read)
  if (read.has('list-rules')) return { ask: 'rules', format: formats.includes('json') ? 'json' : 'text' }
  return { ask: 'audit', flags: auditFlags(read, formats) }
}

function auditFlags(read: MigrateWords, formats: readonly Format[]): MigrateFlags {
  const has = (flag: MigrateFlag) => read.has(flag)
  const [directory = '.', ...more] = read.operands
  if (more.length > 0) throw new UsageError(`migrate takes one directory, not ${read.operands.length}.`)
  if (has('color') && has('no-color')) throw new UsageError('--color and --no-color exclude each other.')
  if (has('diff') && has('write')) throw new UsageError('--diff prints the change, --write makes it: choose one.')
  if (has('unsafe') && !has('write') && !has('diff')) throw new UsageError('--unsafe goes with --write.')
  if (has('diff') && formats.length > 0) throw new UsageError('--diff is a format of its own: leave out --format.')
  return {
    directory,
    settings: settingsOf(read),
    ...outputs(has('diff') ? ['diff'] : formats, read.all('output')),
    write: has('write') ? (has('unsafe') ? 'unsafe' : 'safe') : undefined,
    force: has('force'),
    all: has('all'),
    updateBaseline: has('update-baseline'),
    colour: has('color') ? true : has('no-color') ? false : undefined,
    quiet: has('quiet'),
    summary: !has('no-summary'),
    links: !has('offline'),
  }
}

function settingsOf(read: MigrateWords): Settings {
  const workers = read.text('workers')
  const hosts = read.text('hosts')
  const store = choice(read, 'store', ['redis', 'file', 'auto'])
  return {
    entry: read.text('entry'),
    workers: workers === undefined || workers === 'auto' ? workers : positive('--workers', workers, ' or "auto"'),
    hosts: hosts === undefined ? undefined : positive('--hosts', hosts),
    store: store === 'auto' ? undefined : store,
    only: listOf(read, 'only'),
    skip: listOf(read, 'skip'),
    minConfidence: confidence(read.text('min-confidence')),
    failOn: choice(read, 'fail-on', ['never', 'note', 'warning', 'error']),
    baseline: read.text('baseline'),
    envFile: read.has('env-file') ? read.all('env-file') : undefined,
    workspace: read.text('workspace'),
  }
}

/** Values given one after the other, or with commas. */
function listOf(read: MigrateWords, flag: MigrateFlag): readonly string[] | undefined {
  const values = read.all(flag).flatMap((value) => value.split(',').filter(Boolean))
  return values.length > 0 ? values : undefined
}

function positive(name: string, word: string, or = ''): number {
  if (/^[1-9]\d{0,5}$/.test(word)) return Number(word)
  throw new UsageError(`${name} takes a number from 1${or}, not ${JSON.stringify(word)}.`)
}

function confidence(word: string | undefined): Confidence | undefined {
  if (word === undefined || isConfidence(word)) return word
  throw refused('--min-confidence', word, ['high', 'medium', 'low'])
}

function choice<Word extends string>(read: MigrateWords, flag: MigrateFlag, words: readonly Word[]): Word | undefined {
  const word = read.text(flag)
  const found = words.find((candidate) => candidate === word)
  if (word !== undefined && found === undefined) throw refused(`--${flag}`, word, words)
  return found
}

function refused(flag: string, word: string, words: readonly string[]): UsageError {
  return new UsageError(`${flag} takes ${words.join(', ')}; not ${JSON.stringify(word)}.`, nearest(word, words))
}

function formatsOf(read: MigrateWords): readonly Format[] {
  const words = listOf(read, 'format') ?? []
  const formats = words.map((word) => {
    const format = word === 'markdown' ? 'md' : word
    if (!isFormat(format)) throw refused('--format', word, formatNames)
    return format
  })
  return [...new Set(formats)]
}

/** Formats with a file go there, one may go to standard output. */
function outputs(formats: readonly Format[], words: readonly string[]): Pick<MigrateFlags, 'printed' | 'files'> {
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
