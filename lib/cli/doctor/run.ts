import { resolve } from 'node:path'
import { updatedBaseline } from '../../audit/baseline.js'
import type { Facts } from '../../audit/facts.js'
import { type ExamineOptions, examine, type Looked } from '../../audit/live/examine.js'
import { liveRules } from '../../audit/live/rules/index.js'
import { readDirectory } from '../../audit/project/read-directory.js'
import { baselinePath, readBaseline, writeBaseline } from '../migrate/baseline-file.js'
import { ruleChoice } from '../migrate/rule-choice.js'
import { entryIn, envFileIn, targetOf } from '../migrate/target.js'
import { exitCodeOf, printReport } from '../report-printing.js'
import { readEnvFiles } from '../serve/environment.js'
import type { Surroundings } from '../surroundings.js'
import { UsageError } from '../usage-error.js'
import { version } from '../version.js'
import { lookAt } from './look.js'
import type { DoctorRequest } from './request.js'

/** Beside that of `migrate`: what is accepted in a set-up may be no matter in the source. */
const baselineName = '.koa-shared-session-doctor-baseline.json'

/** Looks at a set-up, prints the report, answers the exit code. */
export async function runDoctor(request: DoctorRequest, world: Surroundings): Promise<number> {
  const started = world.now()
  const { root, entry } = targetOf(request.directory, world.directory)
  const path = baselinePath(request.baseline, root, world.directory, baselineName)
  const options: ExamineOptions = {
    version,
    entry: request.entry === undefined ? entry : entryIn(root, request.entry, world.directory),
    workspace: request.workspace,
    progress: undefined,
    envFiles: request.envFiles.map((file) => envFileIn(root, file, world.directory)),
    isWanted: ruleChoice(request.only, request.skip, liveRules),
    minConfidence: request.minConfidence,
    baseline: readBaseline(path, request.baseline, request.updateBaseline),
  }
  const project = await readDirectory(root)
  const look = lookOnce(request, root, world)
  let report = await examine(project, options, look)
  if (request.updateBaseline) {
    const findings = report.apps.flatMap((app) => app.findings)
    const today = new Date(started).toISOString().slice(0, 10)
    writeBaseline(path, updatedBaseline(findings, options.baseline?.entries ?? [], today))
    report = await examine(project, { ...options, baseline: readBaseline(path, request.baseline, false) }, look)
  }
  await printReport(report, request, root, started, world)
  return exitCodeOf(report, request.failOn)
}

/** Looks at each app when first asked. */
function lookOnce(request: DoctorRequest, root: string, world: Surroundings) {
  const files = request.envFiles.map((file) => resolve(world.directory, file))
  const env = { ...world.environment, ...readEnvFiles(files, world.environment), ...request.variables }
  const seen = new Map<string, Promise<Looked>>()
  return (facts: Facts, apps: number): Promise<Looked> => {
    if (request.visit && apps > 1)
      throw new UsageError('--url is the address of one app, and there are several here: --workspace says which.')
    const known = seen.get(facts.app.dir)
    if (known) return known
    const looking = lookAt(facts, { env, root, visit: request.visit, bare: files.length === 0 })
    seen.set(facts.app.dir, looking)
    return looking
  }
}
