import type { CommandFact } from '../facts/deployment.js'
import type { Project } from '../project/project.js'
import { Evaluator } from '../source/evaluate.js'
import { Modules } from '../source/modules.js'
import type { Parse } from '../source/parse.js'
import { type AppScope, isServerSource } from './apps.js'
import type { CodeScope } from './code-scope.js'
import { entriesOf, serverFiles } from './entries.js'
import type { ManifestFile } from './port/manifest.js'

export interface Opened {
  /** The file that starts the server, where the user says so. */
  readonly entry?: string | undefined
  readonly manifest?: ManifestFile | undefined
}

/** Makes the source of one app ready to be asked. */
export function openScope(
  project: Project,
  parse: Parse,
  app: AppScope,
  commands: readonly CommandFact[],
  { entry, manifest }: Opened = {},
): CodeScope {
  const modules = new Modules(project, parse, app.dir)
  const entries = entriesOf(app, commands, modules, entry)
  const server = serverFiles(app, entries, modules)
  modules.live = new Set(server)
  return {
    dir: app.dir,
    modules,
    evaluator: new Evaluator(modules),
    entries,
    server,
    sources: app.files.filter((file) => isServerSource(file, app.dir)),
    packages: app.manifest.dependencies,
    manifest,
    generators: app.framework === 'koa' && /^[~^]?[01]\./.test(app.manifest.dependencies.get('koa') ?? ''),
  }
}
