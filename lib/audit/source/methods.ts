import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import { child, memberName, type Node, unwrap } from './syntax.js'
import { type Origin, textOf, type Value } from './value.js'

const sameString = new Set([
  'trim',
  'toString',
  'toLowerCase',
  'toUpperCase',
  'replace',
  'replaceAll',
  'slice',
  'substring',
  'substr',
  'repeat',
  'padStart',
  'padEnd',
  'valueOf',
  'normalize',
])
const sameList = new Set(['filter', 'map', 'slice', 'reverse', 'flat', 'sort', 'concat'])

/** Methods of strings and lists. */
export function methodCall(
  evaluator: Evaluator,
  called: Node,
  args: readonly Node[],
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  const member = unwrap(called)
  const method = member.type === 'MemberExpression' ? memberName(member) : undefined
  const object = child(member, 'object')
  if (method === undefined || object === undefined) return undefined
  if (method === 'bind' || method === 'promisify') return boundFunction(evaluator.evaluate(object, module, follow))
  if (
    !sameString.has(method) &&
    !sameList.has(method) &&
    method !== 'split' &&
    method !== 'join' &&
    method !== 'digest' &&
    method !== 'update'
  )
    return undefined
  return apply(method, evaluator.evaluate(object, module, follow), args, evaluator, module, follow, origin)
}

/** `this.get.bind(this)` is `this.get`. */
const boundFunction = (value: Value): Value | undefined => (value.kind === 'function' ? value : undefined)

function apply(
  method: string,
  value: Value,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (value.kind === 'either') {
    const options = value.options.map((option) => ({
      ...option,
      value: apply(method, option.value, args, evaluator, module, follow, origin) ?? option.value,
    }))
    return { ...value, options }
  }
  if (value.kind === 'random') return value
  if (method === 'split') return split(value, args, evaluator, module, follow, origin)
  if (value.kind === 'array') return listMethod(method, value, args, evaluator, module, follow, origin)
  if (value.kind === 'literal' && method === 'trim') return { ...value, value: String(value.value).trim() }
  if (value.kind === 'literal' && sameString.has(method)) return { kind: 'derived', from: [value], via: method, origin }
  if (method === 'update') return updated(value, args, evaluator, module, follow, origin)
  return value.kind === 'env' || value.kind === 'derived' || value.kind === 'call'
    ? { kind: 'derived', from: [value], via: method, origin }
    : undefined
}

/** `createHash('sha256').update(x)`: made of `x` too. */
function updated(
  value: Value,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (value.kind !== 'derived' && value.kind !== 'call') return undefined
  const given = args[0] && evaluator.evaluate(args[0], module, follow)
  return { kind: 'derived', from: given ? [value, given] : [value], via: 'update', origin }
}

function split(
  value: Value,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  const by = args[0] && textOf(evaluator.evaluate(args[0], module, follow))
  if (value.kind === 'literal' && by !== undefined) {
    const items = String(value.value)
      .split(by)
      .map((part): Value => ({ ...value, value: part }))
    return { kind: 'array', items, open: false, origin }
  }
  return value.kind === 'env' || value.kind === 'derived'
    ? { kind: 'derived', from: [value], via: 'split', origin }
    : undefined
}

function listMethod(
  method: string,
  value: Value & { kind: 'array' },
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  if (method === 'join') return joined(value, args, evaluator, module, follow, origin)
  if (method !== 'concat') return value
  const more = args.map((argument) => evaluator.evaluate(argument, module, follow))
  return { ...value, items: [...value.items, ...more.flatMap((each) => (each.kind === 'array' ? each.items : [each]))] }
}

/** One text of the items, where all are known. */
function joined(
  { items }: Value & { kind: 'array' },
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  if (items.length === 1 && items[0]) return items[0]
  const by = args[0] === undefined ? ',' : textOf(evaluator.evaluate(args[0], module, follow))
  const texts = items.map(textOf)
  return by !== undefined && texts.every((text) => text !== undefined)
    ? { kind: 'literal', value: texts.join(by), origin }
    : { kind: 'derived', from: items, via: 'join', origin }
}
