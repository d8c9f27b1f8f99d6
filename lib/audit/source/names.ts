import { posix } from 'node:path'
import { argumentOf } from './callers.js'
import { whenAround } from './environment.js'
import type { Evaluator } from './evaluate.js'
import { deepest, type Follow } from './follow.js'
import { valueOfGlobal } from './globals.js'
import type { Module } from './modules.js'
import { writesTo } from './objects.js'
import type { Binding, Step } from './scope.js'
import { type Node, unwrap } from './syntax.js'
import { type Origin, unknown, type Value } from './value.js'

export function valueOfName(evaluator: Evaluator, node: Node, module: Module, follow: Follow, origin: Origin): Value {
  if (node.name === 'undefined') return { kind: 'undefined', origin }
  const binding = module.scopes.lookup(node)
  if (binding === undefined) return free(evaluator, String(node.name), module, follow, origin)
  const given = evaluator.memo.holding(binding, follow.given)?.own.get(binding)
  if (given !== undefined) return given
  return valueOfBinding(evaluator, binding, module, follow, origin)
}

/** A name that nobody declares: CommonJS's own, or a global. */
function free(evaluator: Evaluator, name: string, module: Module, follow: Follow, origin: Origin): Value {
  if (name === 'exports') return evaluator.exported(module.file, '*', origin, follow)
  if (name === '__dirname') return { kind: 'file', name: posix.dirname(module.file), origin }
  if (name === '__filename') return { kind: 'file', name: module.file, origin }
  return valueOfGlobal(evaluator, name, follow) ?? { kind: 'global', path: [name], origin }
}

function valueOfBinding(evaluator: Evaluator, binding: Binding, module: Module, follow: Follow, origin: Origin): Value {
  if (binding.from) return imported(evaluator, binding.from, module, follow, origin)
  if (binding.kind === 'function') return { kind: 'function', origin: { module, node: binding.declaration } }
  if (binding.kind === 'class') return { kind: 'class', origin: { module, node: binding.declaration } }
  if (binding.given.length === 0) return bare(evaluator, binding, module, follow, origin)
  const values = withoutItself(evaluator, lastGiven(binding), follow).map((given) => ({
    value: lessThan(
      along(evaluator, evaluator.evaluate(given.value, module, follow), given.path, module, follow, origin),
      given.without,
    ),
    when: whenAround(given.value, module),
  }))
  const value: Value =
    values.length === 1 && values[0] ? values[0].value : { kind: 'either', options: values, how: 'assigned', origin }
  return writesTo(evaluator, binding, value, module, follow)
}

/** A parameter nobody followed to, or `let x` filled by assignments to its fields. */
function bare(evaluator: Evaluator, binding: Binding, module: Module, follow: Follow, origin: Origin): Value {
  const handed =
    binding.kind === 'parameter'
      ? (argumentOf(evaluator, binding, module, follow) ?? injected(evaluator, binding, module, follow, origin))
      : undefined
  if (handed !== undefined) return handed
  if (binding.kind !== 'parameter') return writesTo(evaluator, binding, { kind: 'undefined', origin }, module, follow)
  return unknown(`${binding.name} is a parameter`, origin)
}

const capitals = new WeakMap<Module, ReadonlyMap<string, Binding>>()

/** The names of the file that begin with a capital, by themselves in lower case. */
function capitalOf(module: Module): ReadonlyMap<string, Binding> {
  const known =
    capitals.get(module) ??
    new Map(
      [...module.scopes.topLevel.values()]
        .filter(({ name }) => /^[A-Z]/.test(name))
        .reverse()
        .map((binding) => [binding.name.toLowerCase(), binding]),
    )
  capitals.set(module, known)
  return known
}

/** A parameter named like a class that the file imports is one of it: `constructor(sessionsDao)`. */
function injected(
  evaluator: Evaluator,
  binding: Binding,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  const lower = binding.name.replace(/^_/, '').toLowerCase()
  const like = capitalOf(module).get(lower)
  if (like === undefined || evaluator.memo.isDeeper(follow.depth, deepest - 2)) return undefined
  const callee = valueOfBinding(evaluator, like, module, follow, origin)
  return callee.kind === 'class' ? { kind: 'new', callee, arguments: [], origin } : undefined
}

/** `config = merge(config, more)`: inside, it is what it was before. */
function withoutItself(evaluator: Evaluator, given: Binding['given'], follow: Follow): Binding['given'] {
  const others = given.filter(({ value }) => !evaluator.memo.hasMet(unwrap(value), follow))
  return others.length > 0 ? others : given
}

/** An assignment that always happens replaces what stood before it. */
function lastGiven(binding: Binding): Binding['given'] {
  const from = binding.given.findLastIndex(({ conditional, value }) => !conditional && !isNullish(value))
  const live = binding.given.slice(Math.max(from, 0))
  const real = live.filter(({ value }) => !isNullish(value))
  return real.length > 0 ? real : live
}

function imported(
  evaluator: Evaluator,
  from: { module: string; name: string },
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const file = evaluator.modules.resolve(module.file, from.module)
  if (file !== undefined) return evaluator.exported(file, from.name, origin, follow)
  if (/^[./]/.test(from.module)) return unknown(`${from.module} is not in the repository`, origin)
  const whole: Value = { kind: 'import', package: from.module, path: [], origin }
  return from.name === '*' || from.name === 'default' ? whole : evaluator.memberOf(whole, from.name, follow, origin)
}

/** `rest` of `{ keys, ...rest }`. */
function lessThan(value: Value, names: readonly string[] = []): Value {
  if (value.kind !== 'object' || names.length === 0) return value
  return { ...value, fields: new Map([...value.fields].filter(([name]) => !names.includes(name))) }
}

/** Goes down a destructuring. */
function along(
  evaluator: Evaluator,
  value: Value,
  path: readonly Step[],
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  return path.reduce((inside, step) => {
    const found = evaluator.memberOf(inside, step.name, follow, origin)
    if (step.fallback === undefined) return found
    const fallback = evaluator.evaluate(step.fallback, module, follow)
    if (found.kind === 'undefined') return fallback
    return {
      kind: 'either',
      how: '??',
      origin,
      options: [
        { value: found, when: 'any' },
        { value: fallback, when: 'any' },
      ],
    }
  }, value)
}

export function valueOfThis(evaluator: Evaluator, node: Node, module: Module, follow: Follow, origin: Origin): Value {
  for (let next = node.parent; next !== undefined; next = next.parent) {
    if (next.type === 'FunctionExpression' && next.parent?.type === 'Property' && next.parent.parent !== undefined)
      return evaluator.evaluate(next.parent.parent, module, follow)
    if (next.type === 'ClassDeclaration' || next.type === 'ClassExpression')
      return { kind: 'new', callee: { kind: 'class', origin: { module, node: next } }, arguments: [], origin }
  }
  return unknown('this', origin)
}

const isNullish = (node: Node) =>
  (node.type === 'Literal' && node.value === null && node.regex === undefined) ||
  (node.type === 'Identifier' && node.name === 'undefined')
