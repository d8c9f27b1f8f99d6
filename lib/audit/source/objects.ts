import type { When } from '../facts/when.js'
import { whenAround } from './environment.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import { type Binding, isConditional } from './scope.js'
import { above, child, children, keyName, memberName, type Node, unwrap } from './syntax.js'
import type { Field, Value } from './value.js'

type Fields = Map<string, Field>

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
    const value = child(property, 'value')
    if (name === undefined) open = true
    else if (value !== undefined)
      fields.set(name, { value: evaluator.evaluate(value, module, follow), node: property, module, when: 'any' })
  }
  return { kind: 'object', fields, open, origin: { module, node } }
}

/** Copies the fields in; false when not all of them are known. What comes in one environment only stands beside what was. */
export function spread(fields: Fields, value: Value, deep = false, when: When = 'any'): boolean {
  if (value.kind === 'either')
    return value.options
      .map((option) => spread(fields, option.value, deep, option.when === 'any' ? when : option.when))
      .every(Boolean)
  if (value.kind === 'undefined' || value.kind === 'literal') return true
  if (value.kind !== 'object') return false
  for (const [name, field] of value.fields)
    fields.set(name, combined(fields.get(name), { ...field, when: field.when === 'any' ? when : field.when }, deep))
  return !value.open
}

function combined(before: Field | undefined, after: Field, deep: boolean): Field {
  if (before === undefined) return after
  if (deep && before.value.kind === 'object' && after.value.kind === 'object') {
    const fields: Fields = new Map(before.value.fields)
    const known = spread(fields, after.value, true, after.when)
    return { ...before, value: { ...before.value, fields, open: before.value.open || !known } }
  }
  return after.when === 'any' ? after : both(before, after)
}

/** Object.assign, a merge or defaults: what comes later wins. */
export function merged(values: readonly Value[], origin: Value['origin'], deep = false): Value {
  const fields: Fields = new Map()
  const known = values.map((value) => spread(fields, value, deep))
  return { kind: 'object', fields, open: known.includes(false), origin }
}

/** The value with what is assigned to its fields later: `options.store = …`. */
export function writesTo(evaluator: Evaluator, binding: Binding, value: Value, module: Module, follow: Follow): Value {
  if (value.kind !== 'object' && value.kind !== 'undefined' && value.kind !== 'either') return value
  if (isEnvironment(binding, module)) return { kind: 'global', path: ['process', 'env'], origin: value.origin }
  const writes = module.scopes.writesTo(binding.name).filter(({ target, node }) => {
    const object = child(target, 'object')
    return object !== undefined && !follow.seen.has(unwrap(node)) && module.scopes.lookup(unwrap(object)) === binding
  })
  if (writes.length === 0) return value
  if (value.kind === 'either')
    return {
      ...value,
      options: value.options.map((option) => ({
        ...option,
        value:
          option.value.kind === 'object' ? writesTo(evaluator, binding, option.value, module, follow) : option.value,
      })),
    }
  const fields: Fields = new Map(value.kind === 'object' ? value.fields : [])
  for (const { target, value: given, node } of writes) {
    const name = memberName(target)
    if (name === undefined) continue
    const before = fields.get(name)
    const after: Field = {
      value: evaluator.evaluate(given, module, follow),
      node,
      module,
      when: whenAround(node, module),
    }
    fields.set(
      name,
      isConditional(node, binding.scope) ? both(before, after, decided(evaluator, node, module, follow)) : after,
    )
  }
  return { kind: 'object', fields, open: value.kind === 'object' ? value.open : false, origin: value.origin }
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

/** What a field may be where an assignment does not always happen. */
function both(before: Field | undefined, after: Field, happens?: boolean): Field {
  const first: Value = before?.value ?? { kind: 'undefined', origin: after.value.origin }
  const options = [
    { value: first, when: before?.when ?? ('any' as const), off: happens === true },
    { value: after.value, when: after.when, off: happens === false },
  ]
  return { ...after, when: 'any', value: { kind: 'either', how: 'assigned', options, origin: after.value.origin } }
}
