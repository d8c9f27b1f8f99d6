import type { CommandFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Topology } from '../topology.js'

/** Where the runner of this package is, once it is installed. */
export const serveBinary = 'node_modules/.bin/koa-shared-session'

/** Commands that start the app in production, so far as files tell: no worker for queues, no script of a developer. */
export function productionStarts({ commands, app }: Facts): readonly CommandFact[] {
  return commands.filter((command) => {
    if (command.when === 'development' || command.when === 'test') return false
    if (command.source === 'npm' && command.name !== 'start' && command.when !== 'production') return false
    if (command.source === 'procfile' && command.name !== 'web' && commands.some(isWeb)) return false
    return command.script === undefined || app.entry === undefined || isSameScript(command.script, app.entry)
  })
}

/** The file that Node can start: the entry, or what is built from it, as a command of production starts it. */
export function runnable(facts: Facts): string | undefined {
  const scripts = [facts.app.entry, ...productionStarts(facts).map(({ script }) => script)]
  return scripts.find((script) => script !== undefined && /\.[cm]?js$|\/[^.]+$/.test(script))
}

const isWeb = ({ source, name }: CommandFact) => source === 'procfile' && name === 'web'

/** `dist/server.js` is built from `src/server.ts`. */
export function isSameScript(a: string, b: string): boolean {
  return stem(a) === stem(b)
}

function stem(path: string): string {
  return (
    path
      .replace(/\.\w+$/, '')
      .replace(/\/index$/, '')
      .split('/')
      .at(-1) ?? path
  )
}

/** Whether production runs one process, and no platform repeats it. */
export function isSingle({ now, target }: Topology): boolean {
  return now.count === 1 && target.hosts === 1 && now.kind !== 'k8s' && now.kind !== 'replicas'
}

/** The npm script that a deployment file starts. */
export function npmTarget({ commands }: Facts, command: CommandFact): CommandFact | undefined {
  if (command.npmScript === undefined) return undefined
  const scripts = commands.filter(({ source, name }) => source === 'npm' && name === command.npmScript)
  return scripts.find(({ dir }) => dir === command.dir) ?? scripts[0]
}

/** `cross-env A=b node src/app.js`: what stands before node, and the script as written; undefined for anything more. */
export function plainNode(text: string): { readonly before: string; readonly script: string } | undefined {
  const [, before, script] =
    /^((?:cross-env +)?(?:[A-Z_]+=[\w./-]+ +)*)node +(?:\.\/)?([\w@./-]+)$/.exec(text.trim()) ?? []
  return before === undefined || script === undefined ? undefined : { before, script }
}

/** The words of an exec form, as kept in a command fact. */
export function execWords(command: CommandFact): readonly string[] {
  if (command.form !== 'exec') return []
  const words: unknown = JSON.parse(command.text)
  return Array.isArray(words) ? words.map(String) : []
}

/** The exec form in which `serve` starts the script. */
export function execOf(script: string, options: string): string {
  const words = [serveBinary, 'serve', script, ...options.split(' ').filter((word) => word !== '')]
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`
}

/** Whether the place holds the text letter for letter, so that a machine may write over it. */
export function isVerbatim({ place, text }: CommandFact): boolean {
  return place.end - place.start === text.length && text.length > 0
}

/** Names of commands for people: `"start" (package.json:5)`. */
export function called({ source, name, place }: CommandFact): string {
  const what = source === 'npm' ? `"${name}"` : name === place.file ? 'its command' : `${name}`
  return `${what} (${place.file}:${place.line})`
}
