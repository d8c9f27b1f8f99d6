import { posix } from 'node:path'
import type { CallSite } from './call-site.js'
import { whenOfName } from './environment.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import { children, type Node } from './syntax.js'
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
  path: Value & { kind: 'derived' },
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const prefix = prefixOf(path, module)
  const files =
    prefix === undefined
      ? []
      : evaluator.modules.project.files.filter(
          (file) =>
            file.startsWith(prefix) &&
            /\.([cm]?[jt]s|json)$/.test(file) &&
            !file.slice(prefix.length).includes('/') &&
            file !== module.file,
        )
  if (files.length === 0 || files.length > 12) return unknown('the module to load is computed', origin)
  const options = files.map((file) => ({
    value: evaluator.exported(file, '*', origin, follow),
    when: whenOfName(posix.basename(file)),
  }))
  return { kind: 'either', how: 'assigned', options, origin }
}

/** How the path of every such file begins; undefined where that is computed too. */
function prefixOf({ from, via, origin }: Value & { kind: 'derived' }, module: Module): string | undefined {
  const [first] = from
  // `'./' + env + '.js'` adds the ending to a path that is computed already.
  if (first?.kind === 'derived' && via === '+') return prefixOf(first, module)
  const quasis = via === 'template' ? children(origin.node, 'quasis').map(cooked) : undefined
  const text = quasis === undefined ? textOf(first) : quasis[0]
  if (text !== undefined && /^\.{1,2}\//.test(text)) return posix.join(posix.dirname(module.file), text)
  if (first?.kind !== 'file' || (quasis !== undefined && text !== '')) return undefined
  if (via !== 'path') return posix.join(first.name, quasis?.[1] ?? '')
  return first.name === '.' ? '' : `${first.name.replace(/\/$/, '')}/`
}

const cooked = (quasi: Node) => String((quasi.value as { cooked?: unknown } | undefined)?.cooked ?? '')

function fromPath(evaluator: Evaluator, path: string, follow: Follow, origin: Origin): Value {
  const file = evaluator.modules.resolve('.', `./${path}`)
  return file === undefined
    ? unknown(`${path} is not in the repository`, origin)
    : evaluator.exported(file, '*', origin, follow)
}

/** `path.join(__dirname, 'config')`, and `process.cwd()`, which is the app's directory. */
export function pathCall(site: CallSite): Value | undefined {
  const { name, evaluator, origin } = site
  if (name === 'process.cwd') return { kind: 'file', name: evaluator.modules.dir, origin }
  if (name === undefined || !/^(node:)?path\.(join|resolve|dirname|normalize)$/.test(name)) return undefined
  const parts = site.all()
  const known = joined(evaluator, name, parts, origin)
  if (known !== undefined) return known
  const last = parts.at(-1)
  const folder = parts.length > 1 ? joined(evaluator, name, parts.slice(0, -1), origin) : undefined
  return folder?.kind === 'file' && last !== undefined
    ? { kind: 'derived', from: [folder, last], via: 'path', origin }
    : unknown('a path that is computed', origin)
}

/** One path of the parts, where all are known; one that starts nowhere starts in the app's directory. */
function joined(evaluator: Evaluator, name: string, parts: readonly Value[], origin: Origin): Value | undefined {
  const texts = parts.map((value) => (value.kind === 'file' ? value.name : textOf(value)))
  if (texts.length === 0 || !texts.every((text) => text !== undefined)) return undefined
  const from = name.endsWith('resolve') ? texts.findLastIndex((text) => text.startsWith('/')) : -1
  const path = posix.join(...texts.slice(Math.max(from, 0)))
  const whole = name.endsWith('dirname') ? posix.dirname(path) : path
  if (path.startsWith('/')) return { kind: 'literal', value: whole, origin }
  const isRooted = parts[0]?.kind === 'file'
  return { kind: 'file', name: isRooted ? whole : posix.join(evaluator.modules.dir, whole), origin }
}
