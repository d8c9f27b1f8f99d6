import { writeFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { isAtLeastAsSevere } from '../audit/confidence.js'
import type { Severity } from '../audit/finding.js'
import type { Report } from '../audit/report.js'
import { print } from '../report/print.js'
import type { Outputs } from './report-words.js'
import type { Surroundings } from './surroundings.js'
import { hasColour, isAsciiOnly, widthOf } from './terminal.js'
import { UsageError } from './usage-error.js'

/** How a report is printed, and where to. */
export interface ReportWish extends Outputs {
  readonly all: boolean
  readonly colour: boolean | undefined
  readonly quiet: boolean
  readonly summary: boolean
  readonly links: boolean
}

/** Writes the report into its files, and prints it. @throws UsageError for a file that cannot be written */
export async function printReport(
  report: Report,
  wish: ReportWish,
  root: string,
  started: number,
  { environment, stdout, stderr, now, directory }: Surroundings,
): Promise<void> {
  const options = {
    width: 80,
    colour: false,
    ascii: false,
    quiet: wish.quiet,
    summary: wish.summary,
    all: wish.all,
    links: wish.links,
    elapsed: undefined,
    prefix: prefixIn(environment.GITHUB_WORKSPACE, root),
  }
  for (const { format, file } of wish.files) {
    const text = await print(report, format, options)
    try {
      writeFileSync(resolve(directory, file), text)
    } catch (error) {
      throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    }
    stderr.write(`Wrote ${file} (${format}).\n`)
  }
  if (wish.printed === undefined) return
  const terminal = {
    width: widthOf(stdout),
    colour: hasColour(wish.colour, environment, stdout),
    ascii: isAsciiOnly(environment),
    elapsed: now() - started,
  }
  stdout.write(await print(report, wish.printed, { ...options, ...terminal }))
}

/** In GitHub's runner, places are named from the root of the repository. */
function prefixIn(workspace: string | undefined, root: string): string {
  if (workspace === undefined || workspace === '') return ''
  const way = relative(workspace, root).split(sep).join('/')
  return way === '' || way.startsWith('..') ? '' : `${way}/`
}

/** 0: nothing at or above this level; 1: something; 4: no app was found. */
export function exitCodeOf(report: Report, failOn: Severity | 'never'): number {
  if (report.apps.length === 0) return 4
  if (failOn === 'never') return 0
  const counted = report.apps.flatMap(({ findings }) => findings).filter(({ suppressed }) => suppressed === null)
  return counted.some(({ severity }) => isAtLeastAsSevere(severity, failOn)) ? 1 : 0
}
