import type { AuditOptions } from '../../audit/audit.js'
import { type Baseline, updatedBaseline } from '../../audit/baseline.js'
import { readDirectory } from '../../audit/project/read-directory.js'
import type { Report } from '../../audit/report.js'
import { exitCodeOf, printReport } from '../report-printing.js'
import type { Surroundings } from '../surroundings.js'
import { version } from '../version.js'
import { baselinePath, readBaseline, writeBaseline } from './baseline-file.js'
import { readConfig } from './config.js'
import { ProgressLine } from './progress-line.js'
import type { MigrateFlags, Settings } from './request.js'
import { ruleChoice } from './rule-choice.js'
import { entryIn, envFileIn, targetOf } from './target.js'
import { watchedProject } from './watched-project.js'
import type { Round } from './write-rounds.js'

/** Audits a directory, prints the report, answers the exit code. */
export async function runAudit(flags: MigrateFlags, world: Surroundings): Promise<number> {
  const started = world.now()
  const target = targetOf(flags.directory, world.directory)
  const settings = merged(readConfig(target.root), flags.settings)
  const progress = new ProgressLine(world.stderr, world.now, started)
  const path = baselinePath(settings.baseline, target.root, world.directory)
  const known = readBaseline(path, settings.baseline, flags.updateBaseline)
  const { write } = flags
  const guard = write && !flags.force ? (await import('./write-guard.js')).guardOf(target.root, write) : undefined
  const run = async (baseline: Baseline | undefined, written?: ReadonlySet<string>): Promise<Round> => {
    // The audit is loaded while git lists the files.
    const [read] = await Promise.all([readDirectory(target.root), import('../../audit/audit.js')])
    const project = watchedProject(read, progress.show)
    const options = auditOptions(flags, settings, target, baseline, world)
    return { project, plan: await world.audit(project, { ...options, written }) }
  }

  let round = await run(known)
  if (flags.updateBaseline) {
    const found = round.plan.report.apps.flatMap(({ findings }) => findings)
    const today = new Date(started).toISOString().slice(0, 10)
    writeBaseline(path, updatedBaseline(found, known?.entries ?? [], today))
    round = await run(readBaseline(path, settings.baseline, false))
  }
  guard?.(round.plan)
  const { report } =
    write === undefined
      ? round.plan
      : await (await import('./write-rounds.js')).writeAll(
          target.root,
          round,
          write,
          (written) => run(known, written),
          world.stderr,
        )
  progress.clear()
  await printReport(report, flags, target.root, started, world)
  if (flags.printed === 'diff') world.stderr.write(leftOutOf(report))
  return exitCode(report, flags, settings)
}

/** What was said on the command line wins over the file. */
function merged(file: Settings, said: Settings): Settings {
  return { ...file, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) }
}

function auditOptions(
  flags: MigrateFlags,
  settings: Settings,
  target: { root: string; entry: string | undefined },
  baseline: Baseline | undefined,
  { directory }: Surroundings,
): AuditOptions {
  const { entry, workers, hosts, store, workspace, only, skip } = settings
  return {
    version,
    entry: entry === undefined ? target.entry : entryIn(target.root, entry, directory),
    workers,
    hosts,
    store,
    envFiles: settings.settings?.map((file) => envFileIn(target.root, file, directory)),
    workspace,
    isWanted: ruleChoice(only, skip),
    minConfidence: settings.minConfidence ?? (flags.all ? 'low' : 'medium'),
    baseline,
    progress: undefined,
  }
}

/** What the patch does not hold, and why: nobody may take an empty one for a clean app. */
function leftOutOf({ patch: { withheld, postponed } }: Report): string {
  const kept =
    withheld.length === 0
      ? ''
      : `Left out of the patch: changes of ${withheld.join(', ')}. Their lines, or lines beside them, would show a secret. --write --unsafe makes them.\n`
  const later = postponed.map(({ id, file, line }) => `${id} (${file}:${line})`).join(', ')
  return later === ''
    ? kept
    : `${kept}Left for the next run: ${later}. Another change touches the same place, or must be made first.\n`
}

function exitCode(report: Report, flags: MigrateFlags, settings: Settings): number {
  const { text, withheld } = report.patch
  if (report.apps.length > 0 && flags.printed === 'diff' && text === '' && withheld.length === 0) return 0
  return exitCodeOf(report, settings.failOn ?? 'error')
}
