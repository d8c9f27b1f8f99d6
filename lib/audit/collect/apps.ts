import { posix } from 'node:path'
import type { Project } from '../project/project.js'
import { isSourceFile } from '../project/source-file.js'
import { isSessionLibrary } from './libraries.js'
import { isLibrary } from './library-only.js'

/** One app of the directory: where it is and what its package says. */
export interface AppScope {
  /** Relative to the audited directory, POSIX; `.` for itself. */
  readonly dir: string
  readonly packageFile: string | undefined
  readonly manifest: Manifest
  readonly framework: string
  /** Its own source files: not those of apps and packages below it. */
  readonly files: readonly string[]
}

/** What package.json says, as far as it could be read. */
export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly main?: string
  readonly type?: string
  readonly bin?: unknown
  readonly scripts: Readonly<Record<string, string>>
  /** Dependencies of all kinds. */
  readonly dependencies: ReadonlyMap<string, string>
}

/** Frameworks that serve HTTP, the more telling first: an Egg app has koa too. */
const frameworks: readonly (readonly [string, RegExp])[] = [
  ['egg', /^egg$/],
  ['@strapi/strapi', /^(@strapi\/strapi|strapi)$/],
  ['@midwayjs/koa', /^@midwayjs\/koa$/],
  ['thinkjs', /^thinkjs$/],
  ['koa', /^(koa|@types\/koa)$/],
  ['@nestjs/core', /^@nestjs\/core$/],
  ['fastify', /^fastify$/],
  ['express', /^express$/],
  ['hono', /^hono$/],
  ['restify', /^restify$/],
  ['@hapi/hapi', /^(@hapi\/hapi|hapi)$/],
]

/** Code of tests, of browsers, of tools and of builds: not what the server runs. */
const besideServer =
  /(^|\/)(tests?|tests?[-_][\w-]+|__tests__|__mocks__|specs?|fixtures?|mocks?|e2e|cypress|examples?|samples?|benchmarks?|public|www|wwwroot|webroot|htdocs|ckeditor|u(m|e)ditor|static|assets|dist|docs|migrations|seeds|stories|\.storybook|vendor|third[_-]?party|build|webpack)\/|\.(test|spec|stories|e2e)\.[cm]?[jt]sx?$|(^|\/)(gulpfile|gruntfile|webpack|rollup|vite|babel|jest|karma|postcss|tailwind|eslint|prettier|commitlint|vue|nuxt|next)[.\w-]*\.config\.|(^|\/)(gulpfile|gruntfile|webpack\.[\w.]*|dev-?server)\.[cm]?js$/i

export const isServerSource = (file: string, dir: string): boolean =>
  isSourceFile(file) && !besideServer.test(dir === '.' ? file : file.slice(dir.length + 1))

/**
 * The apps in the directory: each package that has a web framework, and makes a server of it. A package that holds the `entry` is
 * one, whatever it looks like: people say so.
 */
export function findApps(project: Project, entry?: string): AppScope[] {
  const dirs = packageDirs(project)
  const sources = sourcesByDir(project, dirs)
  const apps = dirs.flatMap((dir) => appIn(project, dir, sources) ?? [])
  const koaApps = apps.filter((app) => serves(project, app))
  const found = (koaApps.length > 0 ? koaApps : apps.filter((app) => app.files.length > 0)).filter(
    (app) => !isLibrary(project, app, apps),
  )
  if (entry === undefined || found.some(({ files }) => files.includes(entry))) return found
  const home = [...dirs].reverse().find((dir) => isBelow(entry, dir)) ?? '.'
  const named = appIn(project, home, sources, 'node:http')
  return named === undefined ? found : [...found.filter(({ dir }) => dir !== home), named]
}

function packageDirs(project: Project): string[] {
  const dirs = project.files
    .filter((file) => posix.basename(file) === 'package.json')
    .map((file) => posix.dirname(file))
  return [...new Set(['.', ...dirs])].filter((dir) => dir === '.' || !besideServer.test(`${dir}/`)).sort()
}

/** The source files by the nearest of the directories that they are in. */
function sourcesByDir(project: Project, dirs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map(dirs.map((dir): [string, string[]] => [dir, []]))
  for (const file of project.files.filter(isSourceFile)) {
    let dir = posix.dirname(file)
    while (!sources.has(dir)) dir = posix.dirname(dir)
    sources.get(dir)?.push(file)
  }
  return sources
}

function appIn(
  project: Project,
  dir: string,
  sources: ReadonlyMap<string, readonly string[]>,
  otherwise?: string,
): AppScope | undefined {
  const packageFile = posix.join(dir, 'package.json')
  const manifest = readManifest(project.text(packageFile))
  const files = sources.get(dir) ?? []
  const framework = frameworkOf(manifest) ?? frameworkInSource(project, files, dir) ?? bareServer(manifest) ?? otherwise
  if (framework === undefined) return undefined
  return { dir, packageFile: project.files.includes(packageFile) ? packageFile : undefined, manifest, framework, files }
}

export const isBelow = (path: string, dir: string): boolean => dir === '.' || path.startsWith(`${dir}/`)

export function readManifest(text: string | undefined): Manifest {
  const found = parsed(text)
  const of = (field: string) => asTexts(found[field])
  const dependencies = new Map(
    ['peerDependencies', 'devDependencies', 'optionalDependencies', 'dependencies'].flatMap((field) =>
      Object.entries(of(field)),
    ),
  )
  const scripts = of('scripts')
  const word = (field: string) => (typeof found[field] === 'string' ? { [field]: found[field] } : {})
  return {
    scripts,
    dependencies,
    bin: found.bin,
    ...word('name'),
    ...word('version'),
    ...word('main'),
    ...word('type'),
  }
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse((text ?? '{}').replace(/^\uFEFF/, ''))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function asTexts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function frameworkOf({ dependencies }: Manifest): string | undefined {
  const names = [...dependencies.keys()]
  return frameworks.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0]
}

/** Where there is no package.json, or the root of a workspace holds the dependency: what the source imports. */
function frameworkInSource(project: Project, files: readonly string[], dir: string): string | undefined {
  for (const file of files.filter((each) => isServerSource(each, dir))) {
    const found = /(?:require\(\s*|from\s+)['"](koa|express|egg|fastify|@strapi\/strapi)['"]/.exec(
      project.text(file) ?? '',
    )?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

/** Nothing but Node's own server, and a session. */
const bareServer = ({ dependencies }: Manifest): string | undefined =>
  [...dependencies.keys()].some(isSessionLibrary) ? 'node:http' : undefined

/** Makes a server: its source imports the framework, or the framework starts it. */
function serves(project: Project, app: AppScope): boolean {
  if (['egg', 'thinkjs', '@midwayjs/koa'].includes(app.framework)) return true
  if (app.framework === '@strapi/strapi')
    return app.files.some((file) => isStrapiConfig.test(file.slice(app.dir === '.' ? 0 : app.dir.length + 1)))
  const imports = new RegExp(`(?:require\\(\\s*|from\\s+|import\\s+)['"\`](?:${app.framework}|@?koa[/\\w-]*)['"\`]`)
  return app.files.some((file) => isServerSource(file, app.dir) && imports.test(project.text(file) ?? ''))
}

/** A plugin of a Strapi app depends on Strapi, too; only the app has settings of a server. */
const isStrapiConfig = /^config\/(env\/\w+\/)?(server|database|admin|plugins|environments\/.*)\b/
