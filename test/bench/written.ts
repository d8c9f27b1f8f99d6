import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.js'
import { page } from './page.js'
import { plots } from './plots.js'
import type { Results } from './results.js'

const docs = join(projectRoot, 'docs')
const file = join(docs, 'benchmarks.json')

/** What was measured last, as docs/benchmarks.json keeps it. */
export const keptResults = (): Results => JSON.parse(readFileSync(file, 'utf8'))

/** The pages and pictures of these results: file name in docs/ → text. */
export const pagesOf = (results: Results): Record<string, string> => ({
  'benchmarks.md': page(results),
  ...plots(results.bench),
})

/** Keeps a part of the results, and writes the page and the pictures anew. */
export function writeResults(part: Partial<Results>): void {
  const results = { ...keptResults(), ...part }
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
  for (const [name, text] of Object.entries(pagesOf(results))) writeFileSync(join(docs, name), text)
}
