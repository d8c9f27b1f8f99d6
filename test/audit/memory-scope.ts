import type { CodeScope } from '../../lib/audit/collect/code-scope.js'
import type { Project } from '../../lib/audit/project/project.js'
import { Evaluator } from '../../lib/audit/source/evaluate.js'
import { Modules } from '../../lib/audit/source/modules.js'
import { parse } from '../../lib/audit/source/parse.js'
import { memoryProject } from './memory-project.js'

const source = /\.([cm]?[jt]s|[jt]sx)$/

/** The source of an app in which every file is the server's, with what package.json asks for. */
export async function scopeOf(project: Project): Promise<CodeScope> {
  const modules = new Modules(project, parse, '.')
  const server = project.files.filter((file) => source.test(file))
  return {
    dir: '.',
    modules,
    evaluator: new Evaluator(modules),
    entries: server.slice(0, 1),
    server,
    sources: server,
    packages: packagesOf(project),
    generators: false,
    manifest: undefined,
  }
}

/** A scope of these files; a text alone is `app.js`. */
export const scopeOfFiles = (files: Readonly<Record<string, string>> | string): Promise<CodeScope> =>
  scopeOf(memoryProject(typeof files === 'string' ? { 'app.js': files } : files))

function packagesOf(project: Project): Map<string, string> {
  const { dependencies = {} } = JSON.parse(project.text('package.json') ?? '{}') as {
    dependencies?: Record<string, string>
  }
  return new Map(Object.entries(dependencies))
}
