import type { CallSite } from './call-site.js'
import { whenAround } from './environment.js'
import type { Evaluator } from './evaluate.js'
import { Arguments, type Follow } from './follow.js'
import { patternFields } from './patterns.js'
import type { Binding } from './scope.js'
import { child, children, findAll, functionAround, type Node } from './syntax.js'
import type { Origin, Value } from './value.js'

/** A function of the app: what its `return` gives, with the arguments in place of the parameters. */
export function followed(site: CallSite, callee: Value): Value | undefined {
  if (callee.kind === 'either') return oneOfThem(site, callee)
  if (callee.kind !== 'function') return undefined
  const value = returned(site.evaluator, callee, site.all(), site.follow)
  return value && namedByCall(value, site.origin)
}

/** A variable that holds one function or another. */
function oneOfThem(site: CallSite, callee: Value & { kind: 'either' }): Value | undefined {
  const options = callee.options.map((option) => ({ ...option, value: followed(site, option.value) }))
  const known = options.flatMap((option) => (option.value === undefined ? [] : [{ ...option, value: option.value }]))
  return known.length === options.length ? { ...callee, options: known } : undefined
}

/** A variable whose name the caller gives stands where it is asked for, not in the helper that reads them all. */
function namedByCall(value: Value, call: Origin): Value {
  const { module, node } = value.origin
  if (value.kind === 'env') return module.slice(node).includes(value.name) ? value : { ...value, origin: call }
  if (value.kind !== 'derived') return value
  const from = value.from.map((each) => namedByCall(each, call))
  return from.every((each, index) => each === value.from[index]) ? value : { ...value, from, origin: call }
}

export function returned(
  evaluator: Evaluator,
  callee: Value,
  args: readonly Value[],
  follow: Follow,
): Value | undefined {
  if (callee.kind !== 'function') return undefined
  const { module, node } = callee.origin
  const given = { ...follow, given: withParameters(evaluator, callee.origin, args, follow) }
  const body = child(node, 'body')
  if (body === undefined) return undefined
  if (body.type !== 'BlockStatement') return evaluator.evaluate(body, module, given)
  const values = findAll(body, 'ReturnStatement')
    .filter((each) => functionAround(each) === node)
    .flatMap((each) => child(each, 'argument') ?? [])
    .map((argument) => ({ value: evaluator.evaluate(argument, module, given), when: whenAround(argument, module) }))
  if (values.length === 0) return undefined
  if (values.length === 1) return values[0]?.value
  return {
    kind: 'either',
    how: 'assigned',
    options: values,
    origin: callee.origin,
  }
}

/** What a function answers, or the value itself: configuration is often a function of the framework's. */
export function resultOf(evaluator: Evaluator, value: Value, follow: Follow): Value {
  return (value.kind === 'function' ? returned(evaluator, value, [], follow) : undefined) ?? value
}

function withParameters(evaluator: Evaluator, of: Origin, args: readonly Value[], follow: Follow): Arguments {
  const given = new Map<Binding, Value>()
  for (const [index, parameter] of children(of.node, 'params').entries()) {
    const isDefaulted = parameter.type === 'AssignmentPattern'
    const name = isDefaulted ? child(parameter, 'left') : parameter
    const value = args[index]
    if (name?.type === 'ObjectPattern' && value !== undefined) takeApart(evaluator, of, name, value, follow, given)
    const binding = name?.type === 'Identifier' ? bindingOf(of, name) : undefined
    if (binding !== undefined && value !== undefined && !(isDefaulted && value.kind === 'undefined'))
      given.set(binding, value)
    else if (binding !== undefined && !isDefaulted)
      given.set(binding, { kind: 'undefined', origin: { module: of.module, node: parameter } })
  }
  return new Arguments(given, follow.given)
}

const bindingOf = ({ module, node }: Origin, name: Node): Binding | undefined =>
  module.scopes.lookup(child(node, 'body') ?? node, String(name.name))

/** `({ keys, store })`: each name is given its field, else its default. */
function takeApart(
  evaluator: Evaluator,
  of: Origin,
  pattern: Node,
  value: Value,
  follow: Follow,
  given: Map<Binding, Value>,
): void {
  for (const { name, local, fallback } of patternFields(pattern)) {
    const binding = bindingOf(of, local)
    const field = evaluator.memberOf(value, name, follow, { module: of.module, node: local })
    const known = field.kind === 'undefined' && fallback ? evaluator.evaluate(fallback, of.module, follow) : field
    if (binding !== undefined) given.set(binding, known)
  }
}
