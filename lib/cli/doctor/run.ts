import { resolve } from 'node:path'
import { examine } from '../../audit/live/examine.js'
import { liveRules } from '../../audit/live/rules/index.js'
import { readDirectory } from '../../audit/project/read-directory.js'
import { ruleChoice } from '../migrate/rule-choice.js'
import { entryIn, envFileIn, targetOf } from '../migrate/target.js'
import { exitCodeOf, printReport } from '../report-printing.js'
import { readEnvFiles } from '../serve/environment.js'
import type { Surroundings } from '../surroundings.js'
import { UsageError } from '../usage-error.js'
import { version } from '../version.js'
import { lookAt } from './look.js'
import type { DoctorRequest } from './request.js'

/** Looks at a set-up, prints the report, answers the exit code. */
export async function runDoctor(request: DoctorRequest, world: Surroundings): Promise<number> {
  const started = world.now()
  const { root, entry } = targetOf(request.directory, world.directory)
  const files = request.envFiles.map((file) => resolve(world.directory, file))
  const env = { ...world.environment, ...readEnvFiles(files, world.environment), ...request.variables }
  const options = {
    version,
    entry: request.entry === undefined ? entry : entryIn(root, request.entry, world.directory),
    workspace: request.workspace,
    progress: undefined,
    envFiles: request.envFiles.map((file) => envFileIn(root, file, world.directory)),
    isWanted: ruleChoice(request.only, request.skip, liveRules),
  }
  const report = await examine(readDirectory(root), options, (facts, apps) => {
    if (request.visit && apps > 1)
      throw new UsageError('--url is the address of one app, and there are several here: --workspace says which.')
    return lookAt(facts, { env, root, visit: request.visit, bare: files.length === 0 })
  })
  await printReport(report, request, root, started, world)
  return exitCodeOf(report, request.failOn)
}
