import type { Evaluator } from '../source/evaluate.js'
import type { Module, Modules } from '../source/modules.js'
import type { ManifestFile } from './port/manifest.js'

/** The source of one app, ready to be asked. */
export interface CodeScope {
  /** The app's directory, relative to the audited one; `.` for itself. */
  readonly dir: string
  readonly modules: Modules
  readonly evaluator: Evaluator
  /** What production starts, as far as it can be told. */
  readonly entries: readonly string[]
  /** Files that the server loads, sorted: what its entries import, and what those import. */
  readonly server: readonly string[]
  /** All source files of the app but tests, browser code and build output, sorted. */
  readonly sources: readonly string[]
  readonly packages: ReadonlyMap<string, string>
  /** Koa 0 or 1: middleware is written as generators. */
  readonly generators: boolean
  /** The app's package.json with its places. */
  readonly manifest: ManifestFile | undefined
}

const servers = new WeakMap<CodeScope, ReadonlySet<string>>()

/** Whether the server loads the file. */
export function isOfServer(scope: CodeScope, file: string): boolean {
  const files = servers.get(scope) ?? new Set(scope.server)
  servers.set(scope, files)
  return files.has(file)
}

/** The server's modules whose text has this pattern, and not the other: parsing costs, so ask narrowly. */
export function modulesWith(scope: CodeScope, pattern: RegExp, without?: RegExp): Module[] {
  return scope.server.flatMap((file) => {
    const text = scope.modules.project.text(file)
    if (text === undefined || !pattern.test(text) || without?.test(text)) return []
    return scope.modules.get(file) ?? []
  })
}
