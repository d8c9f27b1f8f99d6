import { posix } from 'node:path'
import type { Project } from '../project/project.js'

/** Names that mean what everybody knows by them, though the repository may hold their source. */
const wellKnown = /^(@koa\/|@fastify\/|@nestjs\/|@types\/|koa|express|fastify|egg|strapi|i?o?redis)|session/

/** The other packages of the repository: where each is, by its name. */
export function workspacePackages(project: Project, dir: string): ReadonlyMap<string, string> {
  const others = project.files.filter(
    (file) => posix.basename(file) === 'package.json' && posix.dirname(file) !== dir && !file.includes('node_modules/'),
  )
  return new Map(
    others.flatMap((file) => {
      const { name } = read(project.text(file))
      return typeof name === 'string' && !wellKnown.test(name) ? [[name, posix.dirname(file)]] : []
    }),
  )
}

/** The paths that an import of a package may mean, the likelier first. `rest`: `/keys` of `@acme/config/keys`. */
export function filesMeantBy(manifest: string | undefined, rest: string): readonly string[] {
  const { exports, source, module, main } = read(manifest)
  const inside = isRecord(exports) && Object.keys(exports).some((key) => key.startsWith('.'))
  const exported = inside ? exports[`.${rest}`] : rest === '' ? exports : undefined
  const named = rest === '' ? [source, module, main, 'index'] : [rest.slice(1)]
  const written = [...targetsOf(exported), ...named.filter((path) => typeof path === 'string')]
  return [...written, ...written.map(sourceOf), rest === '' ? 'src/index' : `src${rest}`]
}

/** `./dist/index.js` is built from `src/index.ts`. */
const sourceOf = (path: string) => path.replace(/^(\.\/)?(dist|build|lib|out)\//, 'src/').replace(/\.d\.[cm]?ts$/, '')

/** The files of `"./index.js"`, `{ "import": "./index.mjs", "require": … }`. */
function targetsOf(exported: unknown): string[] {
  if (typeof exported === 'string') return [exported]
  return isRecord(exported)
    ? Object.entries(exported).flatMap(([key, value]) => (key === 'types' ? [] : targetsOf(value)))
    : []
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function read(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
