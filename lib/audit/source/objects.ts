import { whenAround } from './environment.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import { resultOf } from './followed.js'
import { both, type Fields, spread } from './merging.js'
import type { Module } from './modules.js'
import { type Binding, isConditional, type Push, type RootedWrite } from './scope.js'
import { above, child, children, keyName, type Node, unwrap } from './syntax.js'
import type { Field, Value } from './value.js'

/** An object literal: later properties win, spreads are followed. */
export function readObject(evaluator: Evaluator, node: Node, module: Module, follow: Follow): Value {
  const fields: Fields = new Map()
  let open = false
  for (const property of children(node, 'properties')) {
    if (property.type === 'SpreadElement' || property.type === 'ExperimentalSpreadProperty') {
      if (!spread(fields, evaluator.evaluate(child(property, 'argument') ?? property, module, follow))) open = true
      continue
    }
    const name = keyName(property)
    const given = child(property, 'value')
    if (name === undefined) open = true
    if (name === undefined || given === undefined || property.kind === 'set') continue
    const value = evaluator.evaluate(given, module, follow)
    const got = property.kind === 'get' ? resultOf(evaluator, value, follow) : value
    fields.set(name, { value: got, node: property, module, when: 'any' })
  }
  return { kind: 'object', fields, open, origin: { module, node } }
}

/** The value with what is assigned to its fields later: `options.store = …`, `options.cookie.secure = …`. */
export function writesTo(evaluator: Evaluator, binding: Binding, value: Value, module: Module, follow: Follow): Value {
  if (value.kind === 'array') return withPushed(evaluator, binding, value, module, follow)
  if (value.kind === 'derived') return withUpdates(evaluator, binding, value, module, follow)
  if (value.kind !== 'object' && value.kind !== 'undefined' && value.kind !== 'either') return value
  if (isEnvironment(binding, module)) return { kind: 'global', path: ['process', 'env'], origin: value.origin }
  const writes = module.scopes
    .writesTo(binding.name)
    .filter(({ node, root }) => module.scopes.lookup(root) === binding && !evaluator.memo.hasMet(unwrap(node), follow))
  return writes.length === 0 ? value : withWrites(evaluator, binding, value, writes, module, follow)
}

function withWrites(
  evaluator: Evaluator,
  binding: Binding,
  value: Value,
  writes: readonly RootedWrite[],
  module: Module,
  follow: Follow,
): Value {
  if (value.kind === 'either') {
    const options = value.options.map((option) => ({
      ...option,
      value:
        option.value.kind === 'object'
          ? withWrites(evaluator, binding, option.value, writes, module, follow)
          : option.value,
    }))
    return { ...value, options }
  }
  return writes.reduce<Value>((before, write) => {
    const { node } = write
    const given = evaluator.evaluate(write.value, module, follow)
    const field: Field = { value: given, node, module, when: whenAround(node, module) }
    const isSure = !isConditional(node, binding.scope)
    const happens = isSure ? true : decided(evaluator, node, module, follow)
    return written(before, write.path, (old) => (isSure ? field : both(old, field, happens)))
  }, value)
}

/** The object with the field at the end of the path changed; a name on the way that is computed leaves it open. */
function written(value: Value, path: RootedWrite['path'], change: (old: Field | undefined) => Field): Value {
  const [name, ...rest] = path
  if (value.kind !== 'object' && (value.kind !== 'undefined' || rest.length > 0)) return value
  const fields: Fields = new Map(value.kind === 'object' ? value.fields : [])
  const open = value.kind === 'object' && value.open
  if (name === undefined) return { kind: 'object', fields, open: true, origin: value.origin }
  const old = fields.get(name)
  if (rest.length === 0) fields.set(name, change(old))
  else if (old !== undefined) fields.set(name, { ...old, value: written(old.value, rest, change) })
  return { kind: 'object', fields, open, origin: value.origin }
}

/** The list with what is pushed to it; open where it is not sure that it is. */
function withPushed(
  evaluator: Evaluator,
  binding: Binding,
  value: Value & { kind: 'array' },
  module: Module,
  follow: Follow,
): Value {
  const { calls, items } = given(evaluator, binding, /^(push|unshift|splice)$/, module, follow)
  if (calls.length === 0) return value
  const open = value.open || calls.some(({ node }) => isConditional(node, binding.scope))
  return { ...value, items: [...value.items, ...items], open }
}

/** `const hash = createHash('sha256')`, and then `hash.update(x)`. */
function withUpdates(
  evaluator: Evaluator,
  binding: Binding,
  value: Value & { kind: 'derived' },
  module: Module,
  follow: Follow,
): Value {
  const { items } = given(evaluator, binding, /^update$/, module, follow)
  return items.length === 0 ? value : { ...value, from: [...value.from, ...items] }
}

/** The calls of such methods on this very name, and what they are given. */
function given(
  evaluator: Evaluator,
  binding: Binding,
  methods: RegExp,
  module: Module,
  follow: Follow,
): { calls: readonly Push[]; items: Value[] } {
  const calls = module.scopes
    .pushesTo(binding.name)
    .filter(
      ({ method, node, root }) =>
        methods.test(method) && module.scopes.lookup(root) === binding && !evaluator.memo.hasMet(node, follow),
    )
  const items = calls.flatMap(({ node }) =>
    children(node, 'arguments').map((argument) => evaluator.evaluate(argument, module, follow)),
  )
  return { calls, items }
}

/** `dotenv.config({ processEnv: own })` fills an object of the app's own. */
function isEnvironment(binding: Binding, module: Module): boolean {
  return module.mentionsProcessEnv && new RegExp(`\\bprocessEnv\\s*:\\s*${binding.name}\\b`).test(module.text)
}

/** Whether the condition around holds with the settings that the repository holds; undefined: it cannot be told. */
function decided(evaluator: Evaluator, node: Node, module: Module, follow: Follow): boolean | undefined {
  const condition = above(node, 'IfStatement')
  const test = child(condition, 'test')
  if (test === undefined || condition === undefined) return undefined
  const value = evaluator.evaluate(test, module, follow)
  if (value.kind !== 'literal') return undefined
  const consequent = child(condition, 'consequent')
  const isThen = consequent !== undefined && node.start >= consequent.start && node.end <= consequent.end
  return Boolean(value.value) === isThen
}
