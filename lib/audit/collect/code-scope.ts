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
export function modulesWith(scope: CodeScope, pattern: RegExp | ((text: Text) => boolean), without?: RegExp): Module[] {
  const has = typeof pattern === 'function' ? pattern : ({ text }: Text) => pattern.test(text)
  return textsOf(scope).flatMap((each) =>
    has(each) && !without?.test(each.text) ? (scope.modules.get(each.file) ?? []) : [],
  )
}

/** What a file of the server holds. */
export interface Text {
  readonly file: string
  readonly text: string
}

const texts = new WeakMap<CodeScope, readonly Text[]>()

/** What the server's files hold. Many patterns are looked for in each of them, so they are fetched once. */
function textsOf(scope: CodeScope): readonly Text[] {
  const known = texts.get(scope) ?? readTexts(scope)
  texts.set(scope, known)
  return known
}

const readTexts = ({ server, modules }: CodeScope): Text[] =>
  server.flatMap((file) => {
    const text = modules.project.text(file)
    return text === undefined ? [] : [{ file, text }]
  })
