import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Project } from '../project/project.js'
import { isSourceFile } from '../project/source-file.js'
import { LoadedFolders } from './loaded-folders.js'
import { type Alias, aliasesOf, packagesOf } from './package-names.js'
import type { Parse, Parsed } from './parse.js'
import { type Binding, Scopes } from './scope.js'
import { child, children, dotted, type Node, unwrap } from './syntax.js'
import { filesMeantBy, workspacePackages } from './workspace-packages.js'

/** One file of source, parsed when first asked for. */
export interface Module extends Parsed {
  readonly scopes: Scopes
  /** `dotenv.config({ processEnv })` may fill an object of the app's own. */
  readonly mentionsProcessEnv: boolean
}

/** Finds and parses the files of an app. */
export class Modules {
  readonly #parsed = new Map<string, Module | undefined>()
  readonly #files: ReadonlySet<string>
  readonly #imports = new Map<string, readonly string[]>()
  readonly #names = new WeakMap<Module, ReadonlyMap<string, readonly string[]>>()
  readonly #resolved = new Map<string, string | undefined>()
  #importers: ReadonlyMap<string, readonly string[]> | undefined
  readonly #folders: LoadedFolders
  readonly #aliases: readonly Alias[]
  readonly #packages: ReadonlySet<string>
  readonly #siblings: ReadonlyMap<string, string>
  /** The files that the server loads, once that is known: only they call anything. */
  live: ReadonlySet<string> | undefined
  /** Files that no parser could read. */
  readonly broken: string[] = []
  /** Files with broken syntax of which a part was understood. */
  readonly rescued: string[] = []

  constructor(
    readonly project: Project,
    readonly parse: Parse,
    /** The app's directory: where `tsconfig.json` and package.json are. */
    readonly dir: string,
  ) {
    this.#files = new Set(project.files)
    this.#folders = new LoadedFolders(this.#files)
    this.#aliases = aliasesOf(project, dir)
    this.#packages = packagesOf(project, dir)
    this.#siblings = workspacePackages(project, dir)
  }

  has(file: string): boolean {
    return this.#files.has(file)
  }

  get(file: string): Module | undefined {
    if (!this.#parsed.has(file)) this.#parsed.set(file, this.#read(file))
    return this.#parsed.get(file)
  }

  /** What has been parsed so far. */
  parsed(): readonly Module[] {
    return [...this.#parsed.values()].filter((module) => module !== undefined)
  }

  #read(file: string): Module | undefined {
    if (!isSourceFile(file)) return undefined
    const text = this.project.text(file)
    if (text === undefined) return undefined
    const parsed = this.parse(file, text)
    if (parsed === undefined) this.broken.push(file)
    if (parsed?.rescued) this.rescued.push(file)
    return parsed && { ...parsed, scopes: new Scopes(parsed.program), mentionsProcessEnv: text.includes('processEnv') }
  }

  /** The file that `specifier` means in `from`: `./x`, `@/x` of tsconfig paths; undefined for packages and what is not there. */
  resolve(from: string, specifier: string): string | undefined {
    const key = `${from}\0${specifier}`
    if (!this.#resolved.has(key)) this.#resolved.set(key, this.#find(from, specifier))
    return this.#resolved.get(key)
  }

  #find(from: string, specifier: string): string | undefined {
    if (/^\.{0,2}\/|^\.{1,2}$/.test(specifier) && !specifier.startsWith('/'))
      return this.#file(posix.join(posix.dirname(from), specifier))
    const isPackage = this.#packages.has(/^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '')
    for (const { prefix, target, isGuess } of this.#aliases)
      if ((specifier === prefix || specifier.startsWith(prefix)) && !(isGuess && isPackage)) {
        const found = this.#file(posix.join(target, specifier.slice(prefix.length)))
        if (found !== undefined) return found
      }
    return this.#sibling(specifier) ?? this.#bare(from, specifier)
  }

  /** `@acme/config`, which is a package of the same repository. */
  #sibling(specifier: string): string | undefined {
    const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''
    const dir = this.#siblings.get(name)
    if (dir === undefined) return undefined
    const paths = filesMeantBy(this.project.text(posix.join(dir, 'package.json')), specifier.slice(name.length))
    return paths.map((path) => this.#file(posix.join(dir, path))).find((file) => file !== undefined)
  }

  /** `require('middlewares')` with NODE_PATH or module-alias: a folder of the app that is no package. */
  #bare(from: string, specifier: string): string | undefined {
    const name = specifier.split('/')[0] ?? ''
    if (!/^[a-z][\w-]*$/i.test(name) || this.#packages.has(name) || isBuiltin(specifier)) return undefined
    const roots = ['', 'src', 'server', 'app', 'lib', 'server/src'].map((root) => posix.join(this.dir, root, specifier))
    return roots
      .filter((path) => path !== from)
      .map((path) => this.#file(path))
      .find((file) => file !== undefined && file !== from)
  }

  #file(path: string): string | undefined {
    const plain = path === '.' || path === './' ? 'index' : path.replace(/\/$/, '')
    const withoutJs = plain.replace(/\.([cm]?)jsx?$/, '')
    const names = [
      '',
      '.js',
      '.ts',
      '.mjs',
      '.cjs',
      '.mts',
      '.cts',
      '.jsx',
      '.tsx',
      '.json',
      '/index.js',
      '/index.ts',
      '/index.mjs',
      '/index.cjs',
      '/index.jsx',
      '/index.tsx',
    ]
    const candidates = [
      ...names.map((end) => plain + end),
      `${withoutJs}.ts`,
      `${withoutJs}.mts`,
      `${withoutJs}.cts`,
      `${withoutJs}.tsx`,
    ]
    return candidates.find((candidate) => this.#files.has(candidate)) ?? this.#mainOf(plain) ?? this.#templateOf(plain)
  }

  #mainOf(folder: string): string | undefined {
    const text = this.project.text(`${folder}/package.json`)
    const main = text && /"main"\s*:\s*"([^"]+)"/.exec(text)?.[1]
    return main ? this.#file(posix.join(folder, main)) : undefined
  }

  /** `config.js` that is copied from `config.default.js` when the app is installed. */
  #templateOf(path: string): string | undefined {
    const bare = path.replace(/\.\w+$/, '')
    if (!/conf|settings|env|secret|keys|credential/i.test(bare)) return undefined
    const names = ['default', 'example', 'sample', 'dist', 'template', 'defaults'].flatMap((word) =>
      ['js', 'ts', 'json'].flatMap((end) => [
        `${bare}.${word}.${end}`,
        `${bare}.${end}.${word}`,
        `${bare}-${word}.${end}`,
        `${bare}_${word}.${end}`,
      ]),
    )
    return names.find((name) => this.#files.has(name))
  }

  /** The files that this one imports, by a look at its text: parsing all would cost too much. */
  importsOf(file: string): readonly string[] {
    const known = this.#imports.get(file)
    if (known !== undefined) return known
    const found = this.#readImports(file)
    this.#imports.set(file, found)
    return found
  }

  #readImports(file: string): string[] {
    const text = isSourceFile(file) ? this.project.text(file) : undefined
    if (text === undefined) return []
    const found = new Set(this.#specifiersOf(text).flatMap((specifier) => this.resolve(file, specifier) ?? []))
    for (const target of this.#folders.of(file, text)) found.add(target)
    for (const target of this.#startedFiles(file, text)) found.add(target)
    return [...found]
  }

  #specifiersOf(text: string): string[] {
    const loads =
      /(?:\brequire\s*(?:\.resolve)?\s*\(|\bfrom|\bimport\s*\(?|new\s+URL\s*\(|\.fork\s*\(|exec\s*:)\s*(['"`])([^'"`\n]+)\1/g
    return [...text.matchAll(loads)].flatMap((match) => (isCommented(text, match.index) ? [] : [match[2] ?? '']))
  }

  /** Source that the file loads by a relative path and that is not here. */
  missingFrom(file: string): string[] {
    return this.#specifiersOf(this.project.text(file) ?? '')
      .filter((specifier) => /^\.{1,2}\/[^$]*$/.test(specifier) && this.resolve(file, specifier) === undefined)
      .map((specifier) => posix.join(posix.dirname(file), specifier))
      .filter((path) => !/\.(?![cm]?[jt]sx?$)[a-z]\w*$/.test(path))
  }

  /** `cluster.setupPrimary({ exec: path.join(__dirname, 'worker.js') })`. */
  #startedFiles(file: string, text: string): string[] {
    if (!/cluster|fork\s*\(|Worker\s*\(|exec\s*:/.test(text)) return []
    return [...text.matchAll(/__dirname\s*,\s*(['"`])([\w./-]+)\1|`\$\{__dirname\}\/([\w./-]+)`/g)].flatMap((match) => {
      const target = this.#file(posix.join(posix.dirname(file), match[2] ?? match[3] ?? ''))
      return target === undefined ? [] : [target]
    })
  }

  /** The names that a module gives to another: `x` in `import x from './x'` and `const { x } = require('./x')`. */
  namesFor(module: Module, target: string): readonly string[] {
    const known = this.#names.get(module) ?? this.#namesByFile(module)
    this.#names.set(module, known)
    return known.get(target) ?? []
  }

  #namesByFile(module: Module): Map<string, string[]> {
    const names = new Map<string, string[]>()
    for (const binding of module.scopes.topLevel.values()) {
      const file = this.#sourceOf(binding, module)
      if (file !== undefined) names.set(file, [...(names.get(file) ?? []), binding.name])
    }
    return names
  }

  #sourceOf({ from, given }: Binding, module: Module): string | undefined {
    const required = given[0] === undefined ? undefined : requiredModule(given[0].value)
    const specifier = from?.module ?? required
    return specifier === undefined ? undefined : this.resolve(module.file, specifier)
  }

  /** The files of the app that import this one. */
  importersOf(file: string): readonly string[] {
    this.#importers ??= this.#reversed()
    return this.#importers.get(file) ?? []
  }

  #reversed(): Map<string, string[]> {
    const importers = new Map<string, string[]>()
    for (const file of this.live ?? this.#files)
      if (isSourceFile(file))
        for (const target of this.importsOf(file)) {
          const known = importers.get(target)
          if (known === undefined) importers.set(target, [file])
          else known.push(file)
        }
    return importers
  }

  /** Everything that the files import, and what that imports, themselves included. */
  reachableFrom(entries: readonly string[]): Set<string> {
    const reached = new Set<string>()
    const pending = [...entries]
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (reached.has(file) || !this.#files.has(file)) continue
      reached.add(file)
      pending.push(...this.importsOf(file))
    }
    return reached
  }
}

/** `./x` in `require('./x')`, `require('./x').y` and `require('./x')(…)`. */
export function requiredModule(node: Node): string | undefined {
  const bare = unwrap(node)
  if (bare.type === 'MemberExpression') return inner(bare, 'object')
  if (bare.type !== 'CallExpression' && bare.type !== 'NewExpression') return undefined
  const [argument] = children(bare, 'arguments')
  if (dotted(child(bare, 'callee')) === 'require' && typeof argument?.value === 'string') return argument.value
  return inner(bare, 'callee')
}

function inner(node: Node, field: string): string | undefined {
  const inside = child(node, field)
  return inside && requiredModule(inside)
}

/** Whether a line comment, or a line of a block comment, holds the offset. */
function isCommented(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^\s*(\/\/|\/?\*)/.test(line) || /(^|[^:'"`])\/\/(?!.*['"`])/.test(line)
}
