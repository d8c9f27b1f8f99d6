import { posix } from 'node:path'
import { whenOfName } from './environment.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import type { Node } from './syntax.js'
import { type Origin, textOf, unknown, type Value } from './value.js'

/** What `require(…)` or `import(…)` answers, the name computed where it can be. */
export function required(
  evaluator: Evaluator,
  argument: Node | undefined,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const value = argument && evaluator.evaluate(argument, module, follow)
  if (value?.kind === 'file') return fromPath(evaluator, value.name, follow, origin)
  if (value?.kind === 'derived') return fromFolder(evaluator, value, module, follow, origin)
  const name = textOf(value)
  if (name === undefined) return unknown('the module to load is computed', origin)
  const file = evaluator.modules.resolve(module.file, name)
  if (file !== undefined) return evaluator.exported(file, '*', origin, follow)
  return /^[./]/.test(name)
    ? unknown(`${name} is not in the repository`, origin)
    : { kind: 'import', package: name, path: [], origin }
}

/** `require('./env/' + process.env.NODE_ENV)`: every file that it may be, for the environment that its name tells. */
function fromFolder(
  evaluator: Evaluator,
  { from }: Value & { kind: 'derived' },
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const [first] = from
  const prefix = first?.kind === 'file' ? `${first.name}/` : posix.join(posix.dirname(module.file), textOf(first) ?? '')
  const known = first?.kind === 'file' || /^\.{1,2}\//.test(textOf(first) ?? '')
  const files = known
    ? evaluator.modules.project.files.filter(
        (file) =>
          file.startsWith(prefix) &&
          /\.([cm]?[jt]s|json)$/.test(file) &&
          !file.slice(prefix.length).includes('/') &&
          file !== module.file,
      )
    : []
  if (files.length === 0 || files.length > 12) return unknown('the module to load is computed', origin)
  const options = files.map((file) => ({
    value: evaluator.exported(file, '*', origin, follow),
    when: whenOfName(posix.basename(file)),
  }))
  return { kind: 'either', how: 'assigned', options, origin }
}

function fromPath(evaluator: Evaluator, path: string, follow: Follow, origin: Origin): Value {
  const file = evaluator.modules.resolve('.', `./${path}`)
  return file === undefined
    ? unknown(`${path} is not in the repository`, origin)
    : evaluator.exported(file, '*', origin, follow)
}

/** `path.join(__dirname, 'config')`, and `process.cwd()`, which is the app's directory. */
export function pathCall(
  name: string | undefined,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (name === 'process.cwd') return { kind: 'file', name: evaluator.modules.dir, origin }
  if (name === undefined || !/^(node:)?path\.(join|resolve|dirname|normalize)$/.test(name)) return undefined
  const parts = args
    .map((argument) => evaluator.evaluate(argument, module, follow))
    .map((value) => (value.kind === 'file' ? value.name : textOf(value)))
  if (parts.includes(undefined) || parts.length === 0) return unknown('a path that is computed', origin)
  const joined = posix.join(...(parts as string[]))
  const path = name.endsWith('dirname') ? posix.dirname(joined) : joined
  const isAbsolute = parts[0]?.startsWith('/')
  return isAbsolute ? { kind: 'literal', value: path, origin } : { kind: 'file', name: path, origin }
}
