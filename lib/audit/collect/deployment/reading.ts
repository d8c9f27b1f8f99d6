import { posix } from 'node:path'
import type { Source, VariableFact } from '../../facts/deployment.js'
import type { When } from '../../facts/when.js'
import type { Facts } from '../../facts.js'
import { readJson } from '../../files/json.js'
import type { Parsed, Span, Tree } from '../../files/tree.js'
import { readYaml } from '../../files/yaml.js'
import { type Place, Places } from '../../place.js'
import type { NotLooked, Project } from '../../project/project.js'
import { isExampleFile, whenOfFile } from './file-names.js'

/** Which app of the project the facts are about. */
export interface AppScope {
  /** Relative to the audited directory, POSIX; `.` for the directory itself. */
  readonly dir: string
  readonly packageFile?: string
  /** Directories of apps that have no package.json: those of another language. */
  readonly others?: readonly string[]
}

/** The part of the facts that configuration and deployment files tell. */
export type DeploymentFacts = Pick<
  Facts,
  | 'variables'
  | 'commands'
  | 'processes'
  | 'threads'
  | 'hosts'
  | 'containers'
  | 'settings'
  | 'proxies'
  | 'redisServers'
  | 'grace'
  | 'python'
  | 'served'
  | 'notLooked'
>

/** What one reader found. */
export type Piece = Partial<DeploymentFacts>

/** Longer files are no configuration that people write. */
const longest = 1_000_000

/** The project as the readers of deployment files see it: one app's files, each read once. */
export class Reading {
  readonly files: readonly string[]
  readonly #trouble: NotLooked[] = []
  readonly #texts = new Map<string, string | undefined>()
  readonly #places = new Map<string, Places>()
  readonly #packageDirs: ReadonlySet<string>

  constructor(
    readonly project: Project,
    readonly scope: AppScope,
  ) {
    const sources = project.files.filter((file) => !/(^|\/)(node_modules|bower_components|\.git|\.next)\//.test(file))
    const manifests = sources.filter((file) => posix.basename(file) === 'package.json')
    this.#packageDirs = new Set([...manifests.map((file) => posix.dirname(file)), ...(scope.others ?? [])])
    this.files = sources.filter((file) => this.belongs(file))
  }

  get notLooked(): readonly NotLooked[] {
    return this.#trouble
  }

  note(what: string, why: string): void {
    if (!this.#trouble.some((other) => other.what === what && other.why === why)) this.#trouble.push({ what, why })
  }

  /** Of this app, or of the whole project. Files of another package, tests, examples and docs are not. */
  belongs(file: string): boolean {
    const dir = posix.dirname(file)
    const owner = this.#ownerOf(dir)
    if (owner !== this.scope.dir && !isInside(this.scope.dir, owner)) return false
    const inside = isInside(dir, this.scope.dir) ? posix.relative(this.scope.dir, file) : file
    return !/(^|\/)(tests?|__tests__|spec|fixtures|examples?|samples|docs?|e2e)\//i.test(inside)
  }

  /** Whether a directory that a deployment file names is this app's (`ours`), another package's (`other`), or tells nothing. */
  tie(dir: string): 'ours' | 'other' | 'open' {
    const path = posix.normalize(dir).replace(/\/$/, '') || '.'
    if (path.startsWith('..') || posix.isAbsolute(path)) return 'open'
    if (path !== '.' && isInside(path, this.scope.dir) && this.#ownerOf(path) === this.scope.dir) return 'ours'
    if (isInside(this.scope.dir, path)) return path === this.scope.dir && path !== '.' ? 'ours' : 'open'
    return this.#ownerOf(path) === '.' ? 'open' : 'other'
  }

  /** The nearest directory at or above that has a package.json; the root where there is none. */
  #ownerOf(dir: string): string {
    let owner = dir
    while (owner !== '.' && !this.#packageDirs.has(owner)) owner = posix.dirname(owner)
    return owner
  }

  text(file: string): string | undefined {
    if (!this.#texts.has(file)) this.#texts.set(file, this.#read(file))
    return this.#texts.get(file)
  }

  #read(file: string): string | undefined {
    const text = this.project.text(file)
    if (text === undefined) return undefined
    if (text.length > longest) this.note(file, `it is longer than ${longest} characters`)
    else if (text.includes('\0')) this.note(file, 'it is not a text file')
    else return text
    return undefined
  }

  place(file: string, span: Span): Place {
    const places = this.#places.get(file) ?? new Places(file, this.text(file) ?? '')
    this.#places.set(file, places)
    return places.at(span.start, span.end)
  }

  /** The first place of a file, for what the whole file says. */
  start(file: string): Place {
    return this.place(file, { start: 0, end: 0 })
  }

  /** The value, or nothing and a note. */
  parsed<T>(file: string, parsed: Parsed<T>): T | undefined {
    if ('problem' in parsed) this.note(file, parsed.problem)
    else if (parsed.leftOut !== undefined) this.note(file, parsed.leftOut)
    return 'value' in parsed ? parsed.value : undefined
  }

  async json(file: string): Promise<Tree | undefined> {
    const text = this.text(file)
    return text === undefined || text.trim() === '' ? undefined : this.parsed(file, await readJson(text))
  }

  async yaml(file: string): Promise<readonly Tree[]> {
    const text = this.text(file)
    return text === undefined ? [] : (this.parsed(file, readYaml(text)) ?? [])
  }

  variable(file: string, known: VariableSpec): VariableFact {
    return {
      service: undefined,
      example: isExampleFile(file),
      fromSecret: false,
      fallback: false,
      tracked: this.project.tracked(file),
      when: whenOfFile(file),
      ...known,
      place: this.place(file, known.place),
    }
  }

  /** The file that a path in a command means, relative to the audited directory; the path itself where there is none. */
  resolve(dir: string, path: string): string {
    const plain = posix.normalize(posix.isAbsolute(path) ? posix.relative(containerRoot(path), path) : path)
    const bases = [dir, this.scope.dir, '.']
    const endings = ['', '.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts']
    for (const base of bases)
      for (const ending of endings) {
        const file = posix.join(base, plain + ending)
        if (this.project.files.includes(file)) return file
      }
    return posix.join(dir, plain)
  }
}

type VariableSpec = Pick<VariableFact, 'name' | 'value'> & { source: Source; place: Span; when?: When } & Partial<
    Pick<VariableFact, 'service' | 'fromSecret' | 'fallback' | 'example' | 'secret'>
  >

/** `/app/server.js` in a container is `server.js` of the project: the first directory is where it was copied to. */
function containerRoot(path: string): string {
  return (
    /^\/(?:usr\/src\/app|opt\/[^/]+|srv\/[^/]+|var\/www\/[^/]+|home\/[^/]+\/[^/]+|usr\/app|[^/]+)(?=\/)/.exec(
      path,
    )?.[0] ?? '/'
  )
}

export function isInside(path: string, dir: string): boolean {
  return dir === '.' || path === dir || path.startsWith(`${dir}/`)
}
