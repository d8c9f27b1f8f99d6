import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type Baseline, baselineName, parseBaseline, printBaseline } from '../../audit/baseline.js'
import type { BaselineEntry } from '../../audit/report.js'
import { UsageError } from '../usage-error.js'

/** Where the accepted findings are kept: what was said, or the usual name in the audited directory. */
export function baselinePath(word: string | undefined, root: string, from: string, usual = baselineName): string {
  return word === undefined ? join(root, usual) : resolve(from, word)
}

/** The accepted findings. A file that somebody named must be there, unless it is to be written. */
export function readBaseline(path: string, word: string | undefined, isMade: boolean): Baseline | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() === false) throw new UsageError(`The baseline ${JSON.stringify(word ?? baselineName)} is no file.`)
  if (stat === undefined) {
    if (word === undefined || isMade) return undefined
    throw new UsageError(`There is no baseline ${JSON.stringify(word)}; --update-baseline writes one.`)
  }
  const entries = parseBaseline(readFileSync(path, 'utf8'))
  const file = word ?? basename(path)
  if (typeof entries === 'string') throw new UsageError(`The baseline ${file} ${entries}.`)
  return { file, entries }
}

export function writeBaseline(path: string, entries: readonly BaselineEntry[]): void {
  writeFileSync(path, printBaseline(entries))
}
