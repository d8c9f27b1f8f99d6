import type { BaselineEntry, Finding } from './report.js'

/** Findings that people accepted, by fingerprint. */
export interface Baseline {
  /** Where it was read, for the report. */
  readonly file: string
  readonly entries: readonly BaselineEntry[]
}

/** The file's name where none is given, in the audited directory. */
export const baselineName = '.koa-shared-session-baseline.json'

const words = ['rule', 'file', 'fingerprint', 'reason', 'added'] as const

/** The entries of a baseline's text, or what is wrong with it as the end of "the baseline …". */
export function parseBaseline(text: string): readonly BaselineEntry[] | string {
  const parsed = parsedJson(text)
  const entries: unknown =
    typeof parsed === 'object' && parsed !== null && 'entries' in parsed ? parsed.entries : undefined
  if (!Array.isArray(entries)) return 'is not JSON with a list "entries"'
  const bad = entries.findIndex((entry: unknown) => !isEntry(entry))
  if (bad !== -1) return `has an entry (number ${bad + 1}) without one of the texts ${words.join(', ')}`
  const silent = entries.find((entry: BaselineEntry) => entry.reason.trim() === '')
  if (silent) return `has an entry without a reason: ${silent.rule} in ${silent.file}`
  return entries as BaselineEntry[]
}

export function printBaseline(entries: readonly BaselineEntry[]): string {
  const sorted = [...entries].sort(
    (a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint),
  )
  const plain = sorted.map((entry) => Object.fromEntries(words.map((word) => [word, entry[word]])))
  return `${JSON.stringify({ version: 1, entries: plain }, undefined, 2)}\n`
}

/** The baseline that accepts all findings: entries that still match keep their reason, stale ones are dropped. */
export function updatedBaseline(
  findings: readonly Finding[],
  known: readonly BaselineEntry[],
  today: string,
): readonly BaselineEntry[] {
  return findings
    .filter(({ suppressed }) => suppressed?.by !== 'inline')
    .map(
      (finding) =>
        entryFor(finding, known) ?? {
          rule: finding.id,
          file: finding.locations[0]?.file ?? '',
          fingerprint: finding.fingerprint,
          reason: 'known when the baseline was written',
          added: today,
        },
    )
}

/** The entry that accepts this finding. */
export function entryFor(
  finding: Pick<Finding, 'id' | 'fingerprint'>,
  entries: readonly BaselineEntry[],
): BaselineEntry | undefined {
  return entries.find((entry) => entry.rule === finding.id && entry.fingerprint === finding.fingerprint)
}

function isEntry(value: unknown): value is BaselineEntry {
  if (typeof value !== 'object' || value === null) return false
  const fields: Record<string, unknown> = { ...value }
  return words.every((word) => typeof fields[word] === 'string')
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
