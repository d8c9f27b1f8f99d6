import { child, children, dotted, memberName, type Node } from '../source/syntax.js'
import type { Option, Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { nameOf } from './named-calls.js'

/** How many, as code says it. */
export interface Count {
  readonly count: number | 'cpus' | null
  /** The environment variable that decides; `count` holds where it is not set. */
  readonly variable: string | undefined
}

export const notDecidable: Count = { count: null, variable: undefined }
export const perCpu: Count = { count: 'cpus', variable: undefined }

/** Reads a number of processes or threads: literals, CPU counts, variables with their defaults. */
export function countOf(scope: CodeScope, value: Value): Count {
  switch (value.kind) {
    case 'literal':
      return { count: numberOf(value.value), variable: undefined }
    case 'env':
      return { count: null, variable: value.name }
    case 'either':
      return ofEither(scope, value)
    case 'derived':
      return ofDerived(scope, value)
    case 'call':
      return ofCall(scope, value)
    case 'array':
      return value.open ? notDecidable : { count: value.items.length, variable: undefined }
    case 'unknown':
      return isCpuCount(scope, value) ? perCpu : notDecidable
    default:
      return notDecidable
  }
}

const numberOf = (value: string | number | boolean | null) => {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  return Number.isInteger(number) && number >= 0 ? number : null
}

/** `env || cpus`, `production ? cpus : 1`: what production gets. */
function ofEither(scope: CodeScope, value: Value & { kind: 'either' }): Count {
  const counts = inProduction(value.options).map((option) => countOf(scope, option.value))
  const variable = counts.find((each) => each.variable !== undefined)?.variable
  return { count: oneOf(value.how, counts), variable }
}

function inProduction(options: readonly Option[]): readonly Option[] {
  const chosen = options.filter(({ when }) => when === 'production')
  return chosen.length > 0 ? chosen : options.filter(({ when }) => when === 'any')
}

/** A default stands in for what is not known; of two branches, both must be known and agree. */
function oneOf(how: (Value & { kind: 'either' })['how'], counts: readonly Count[]): Count['count'] {
  const told = counts.map(({ count }) => count).filter((count) => count !== null)
  if (how === '?:' || how === 'assigned') {
    const differ = new Set(told).size !== 1 || told.length < counts.length
    return differ ? null : (told[0] ?? null)
  }
  return told.includes('cpus') ? 'cpus' : (told[0] ?? null)
}

/** `cpus - 1`, a string around a variable. */
function ofDerived(scope: CodeScope, value: Value & { kind: 'derived' }): Count {
  const counts = value.from.map((each) => countOf(scope, each))
  const variable = counts.find((each) => each.variable !== undefined)?.variable
  return { count: counts.some(({ count }) => count === 'cpus') ? 'cpus' : null, variable }
}

/** A limit below this decides on most machines; above it their CPUs do. */
const usualCpus = 4

const cpuCalls = /^(os\.cpus|os\.availableParallelism|physical-cpu-count)$/

function ofCall(scope: CodeScope, value: Value & { kind: 'call' }): Count {
  const name = nameOf(value.callee)
  if (name !== undefined && cpuCalls.test(name)) return perCpu
  if (!/^Math\.(min|max|floor|ceil|round|trunc)$/.test(name ?? '')) return notDecidable
  const counts = value.arguments.map((each) => countOf(scope, scope.evaluator.ask(each, value.origin.module)))
  const numbers = counts.flatMap(({ count }) => (typeof count === 'number' ? [count] : []))
  const variable = counts.find((each) => each.variable !== undefined)?.variable
  const perMachine = counts.some(({ count }) => count === 'cpus')
  if (name === 'Math.min' && numbers.length > 0 && (!perMachine || Math.min(...numbers) < usualCpus))
    return { count: Math.min(...numbers), variable }
  if (perMachine) return { count: 'cpus', variable }
  return { count: numbers.length === counts.length ? Math.max(...numbers) : null, variable }
}

/** `os.cpus().length`, which no value of its own stands for. */
function isCpuCount(scope: CodeScope, value: Value): boolean {
  const { node, module } = value.origin
  if (node.type !== 'MemberExpression' || memberName(node) !== 'length') return false
  const object = child(node, 'object')
  return object !== undefined && isCpus(scope.evaluator.ask(object, module))
}

const isCpus = (value: Value): boolean => value.kind === 'call' && /^os\.cpus$/.test(nameOf(value.callee) ?? '')

/** How often a loop, or the callback of forEach and its like, runs what is inside. */
export function repetitions(scope: CodeScope, loop: Node, module: Value['origin']['module']): Count {
  if (loop.type === 'ForStatement') return ofFor(scope, loop, module)
  if (loop.type === 'ForOfStatement') return ofList(scope, child(loop, 'right'), module)
  if (loop.type === 'CallExpression') return ofList(scope, child(child(loop, 'callee'), 'object'), module)
  if (loop.type === 'WhileStatement' || loop.type === 'DoWhileStatement') return ofWhile(scope, loop, module)
  return notDecidable
}

function ofFor(scope: CodeScope, loop: Node, module: Value['origin']['module']): Count {
  const test = child(loop, 'test')
  const start = children(child(loop, 'init'), 'declarations')[0] ?? child(loop, 'init')
  const counter = String(child(start, 'id')?.name ?? child(start, 'left')?.name ?? '')
  const from = child(start, 'init') ?? child(start, 'right')
  if (test === undefined || from === undefined) return notDecidable
  const first = countOf(scope, scope.evaluator.ask(from, module))
  if (dotted(child(test, 'left')) !== counter) return first.count === 0 ? notDecidable : first
  const right = child(test, 'right')
  const last = right === undefined ? notDecidable : countOf(scope, scope.evaluator.ask(right, module))
  if (/^>/.test(String(test.operator))) return first
  if (typeof last.count !== 'number' || typeof first.count !== 'number') return last
  return { ...last, count: last.count - first.count + (test.operator === '<=' ? 1 : 0) }
}

function ofList(scope: CodeScope, list: Node | undefined, module: Value['origin']['module']): Count {
  if (list === undefined) return notDecidable
  const length = /Array(?:\.from)?\(\s*(?:\{\s*length:)?|\[\s*\.\.\.\s*Array\(/.test(module.slice(list))
    ? lengthGiven(list)
    : undefined
  return countOf(scope, scope.evaluator.ask(length ?? list, module))
}

/** `4` in `Array(4).fill()`, `Array.from({ length: 4 })`, `[...Array(4)]`. */
function lengthGiven(list: Node): Node | undefined {
  const pending = [list]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const called = dotted(child(node, 'callee'))
    const first = children(node, 'arguments')[0]
    if (called === 'Array') return first
    if (called === 'Array.from')
      return children(first, 'properties')
        .map((each) => child(each, 'value'))
        .find(Boolean)
    const inside = [child(child(node, 'callee'), 'object'), child(node, 'argument'), ...children(node, 'elements')]
    pending.push(...inside.filter((each) => each !== undefined))
  }
  return undefined
}

/** `while (n--)`, `while (forked < n)`. */
function ofWhile(scope: CodeScope, loop: Node, module: Value['origin']['module']): Count {
  const test = child(loop, 'test')
  const limit = test?.type === 'UpdateExpression' ? child(test, 'argument') : child(test, 'right')
  return limit === undefined ? notDecidable : countOf(scope, scope.evaluator.ask(limit, module))
}
