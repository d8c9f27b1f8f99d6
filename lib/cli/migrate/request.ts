import type { Confidence, Severity } from '../../audit/finding.js'
import { type Format, formatNames } from '../../report/format-names.js'
import { readFlags } from '../flags.js'
import { choice, confidenceIn, failLevels, formatsOf, listOf, type Outputs, outputs } from '../report-words.js'
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
  readonly settings?: readonly string[] | undefined
  readonly workspace?: string | undefined
}

export interface MigrateFlags extends Outputs {
  readonly directory: string
  readonly settings: Settings
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
  const formats = formatsOf(read.all('format'), formatNames)
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
  const store = choice('--store', read.text('store'), ['redis', 'file', 'auto'])
  return {
    entry: read.text('entry'),
    workers: workers === undefined || workers === 'auto' ? workers : positive('--workers', workers, ' or "auto"'),
    hosts: hosts === undefined ? undefined : positive('--hosts', hosts),
    store: store === 'auto' ? undefined : store,
    only: listOf(read.all('only')),
    skip: listOf(read.all('skip')),
    minConfidence: confidenceIn(read.text('min-confidence')),
    failOn: choice('--fail-on', read.text('fail-on'), failLevels),
    baseline: read.text('baseline'),
    settings: read.has('settings') ? read.all('settings') : undefined,
    workspace: read.text('workspace'),
  }
}

function positive(name: string, word: string, or = ''): number {
  if (/^[1-9]\d{0,5}$/.test(word)) return Number(word)
  throw new UsageError(`${name} takes a number from 1${or}, not ${JSON.stringify(word)}.`)
}
