import { isConfidence } from '../audit/confidence.js'
import type { Confidence, Severity } from '../audit/finding.js'
import { type Format, formatNames, formatOfFile, isFormat } from '../report/format-names.js'
import { nearest } from './commands.js'
import { UsageError } from './usage-error.js'
import { type FlagKind, readWords, type Words } from './words.js'

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

const flags = {
  help: 'switch',
  entry: 'value',
  workers: 'value',
  hosts: 'value',
  store: 'value',
  format: 'list',
  output: 'list',
  diff: 'switch',
  write: 'switch',
  unsafe: 'switch',
  force: 'switch',
  only: 'list',
  skip: 'list',
  'min-confidence': 'value',
  'fail-on': 'value',
  baseline: 'value',
  'update-baseline': 'switch',
  explain: 'value',
  'list-rules': 'switch',
  all: 'switch',
  'env-file': 'list',
  workspace: 'value',
  color: 'switch',
  'no-color': 'switch',
  quiet: 'switch',
  'no-summary': 'switch',
  offline: 'switch',
} as const satisfies Record<string, FlagKind>

type Flag = keyof typeof flags

/** The flags that `migrate` has, for the test of its help. */
export const migrateFlagNames: readonly string[] = Object.keys(flags)

export function readMigrate(words: readonly string[]): Request {
  const read = readWords<Flag>(words, flags)
  if (read.switches.has('help')) return { ask: 'help' }
  const rule = one(read, 'explain')
  if (rule !== undefined) return { ask: 'explain', rule }
  const formats = formatsOf(read)
  if (read.switches.has('list-rules')) return { ask: 'rules', format: formats.includes('json') ? 'json' : 'text' }
  return { ask: 'audit', flags: auditFlags(read, formats) }
}

function auditFlags(read: Words<Flag>, formats: readonly Format[]): MigrateFlags {
  const has = (flag: Flag) => read.switches.has(flag)
  const [directory = '.', ...more] = read.positionals
  if (more.length > 0) throw new UsageError(`migrate takes one directory, not ${read.positionals.length}.`)
  if (has('color') && has('no-color')) throw new UsageError('--color and --no-color exclude each other.')
  if (has('diff') && has('write')) throw new UsageError('--diff prints the change, --write makes it: choose one.')
  if (has('unsafe') && !has('write') && !has('diff')) throw new UsageError('--unsafe goes with --write.')
  if (has('diff') && formats.length > 0) throw new UsageError('--diff is a format of its own: leave out --format.')
  return {
    directory,
    settings: settingsOf(read),
    ...outputs(has('diff') ? ['diff'] : formats, read.values.get('output') ?? []),
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

function settingsOf(read: Words<Flag>): Settings {
  const list = (flag: Flag) => read.values.get(flag)?.flatMap((value) => value.split(',').filter(Boolean))
  const { workers, hosts } = { workers: one(read, 'workers'), hosts: one(read, 'hosts') }
  const store = choice(read, 'store', ['redis', 'file', 'auto'])
  return {
    entry: one(read, 'entry'),
    workers: workers === undefined || workers === 'auto' ? workers : positive('--workers', workers, ' or "auto"'),
    hosts: hosts === undefined ? undefined : positive('--hosts', hosts),
    store: store === 'auto' ? undefined : store,
    only: list('only'),
    skip: list('skip'),
    minConfidence: confidence(one(read, 'min-confidence')),
    failOn: choice(read, 'fail-on', ['never', 'note', 'warning', 'error']),
    baseline: one(read, 'baseline'),
    envFile: read.values.get('env-file'),
    workspace: one(read, 'workspace'),
  }
}

function one(read: Words<Flag>, flag: Flag): string | undefined {
  return read.values.get(flag)?.[0]
}

function positive(name: string, word: string, or = ''): number {
  if (/^[1-9]\d{0,5}$/.test(word)) return Number(word)
  throw new UsageError(`${name} takes a number from 1${or}, not ${JSON.stringify(word)}.`)
}

function confidence(word: string | undefined): Confidence | undefined {
  if (word === undefined || isConfidence(word)) return word
  throw refused('--min-confidence', word, ['high', 'medium', 'low'])
}

function choice<Word extends string>(read: Words<Flag>, flag: Flag, words: readonly Word[]): Word | undefined {
  const word = one(read, flag)
  const found = words.find((candidate) => candidate === word)
  if (word !== undefined && found === undefined) throw refused(`--${flag}`, word, words)
  return found
}

function refused(flag: string, word: string, words: readonly string[]): UsageError {
  return new UsageError(`${flag} takes ${words.join(', ')}; not ${JSON.stringify(word)}.`, nearest(word, words))
}

function formatsOf(read: Words<Flag>): readonly Format[] {
  const words = (read.values.get('format') ?? []).flatMap((value) => value.split(',').filter(Boolean))
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
