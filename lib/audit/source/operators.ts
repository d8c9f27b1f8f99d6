import { posix } from 'node:path'
import type { When } from '../facts/when.js'
import { branchesOf } from './environment.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import { child, type Node } from './syntax.js'
import { type Origin, unknown, type Value } from './value.js'

export function valueOfLogical(
  evaluator: Evaluator,
  node: Node,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const left = inside(evaluator, node, 'left', module, follow, origin)
  const right = inside(evaluator, node, 'right', module, follow, origin)
  if (node.operator === '&&') return guarded(node, left, right, module, origin)
  if (left.kind === 'undefined' || (left.kind === 'literal' && left.value === null)) return right
  if (left.kind === 'literal' && !left.value) return node.operator === '??' ? left : right
  if (isTruthy(left)) return left
  return {
    kind: 'either',
    how: node.operator === '??' ? '??' : '||',
    origin,
    options: [
      { value: left, when: 'any' },
      { value: right, when: 'any' },
    ],
  }
}

/** Whether it is surely something. */
function isTruthy(value: Value): boolean {
  if (value.kind === 'either')
    return value.options.length > 1 && value.options.every((option) => isTruthy(option.value))
  return value.kind === 'literal'
    ? Boolean(value.value)
    : /^(object|array|function|class|new|namespace)$/.test(value.kind)
}

/** `isProduction && x`: x, in production. `isOn && x`: x, or nothing of use. */
function guarded(node: Node, left: Value, right: Value, module: Module, origin: Origin): Value {
  const test = child(node, 'left')
  const when = test === undefined ? 'any' : branchesOf(test, module).yes
  if (left.kind === 'undefined' || (left.kind === 'literal' && !left.value)) return left
  if (when === 'any' && isTruthy(left)) return right
  if (when === 'any') {
    const nothing: Value = { kind: 'undefined', origin }
    const options = [right, nothing].map((value) => ({ value, when }))
    return { kind: 'either', how: 'assigned', options, origin }
  }
  return { kind: 'either', how: 'assigned', options: [{ value: right, when }], origin }
}

export function valueOfConditional(
  evaluator: Evaluator,
  node: Node,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const test = child(node, 'test')
  const decided = test && evaluator.evaluate(test, module, follow)
  if (decided?.kind === 'literal')
    return inside(evaluator, node, decided.value ? 'consequent' : 'alternate', module, follow, origin)
  const { yes, no } = test ? branchesOf(test, module) : { yes: 'any' as When, no: 'any' as When }
  const options = [
    { value: inside(evaluator, node, 'consequent', module, follow, origin), when: yes },
    { value: inside(evaluator, node, 'alternate', module, follow, origin), when: no },
  ]
  return { kind: 'either', how: '?:', options, origin }
}

export function valueOfOperator(
  evaluator: Evaluator,
  node: Node,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  if (node.type === 'UnaryExpression')
    return unary(String(node.operator), inside(evaluator, node, 'argument', module, follow, origin), origin)
  const [left, right] = [
    inside(evaluator, node, 'left', module, follow, origin),
    inside(evaluator, node, 'right', module, follow, origin),
  ]
  return binary(String(node.operator), left, right, origin)
}

function inside(
  evaluator: Evaluator,
  node: Node,
  field: string,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const inside = child(node, field)
  return inside === undefined ? unknown('nothing is there', origin) : evaluator.evaluate(inside, module, follow)
}

/** `__dirname + '/config'`. */
function appended(left: Value, right: Value, origin: Origin): Value | undefined {
  if (left.kind !== 'file' || right.kind !== 'literal') return undefined
  return { kind: 'file', name: posix.join(left.name, String(right.value)), origin }
}

function unary(operator: string, value: Value, origin: Origin): Value {
  if (value.kind !== 'literal')
    return value.kind === 'env' || value.kind === 'either'
      ? { kind: 'derived', from: [value], via: operator, origin }
      : unknown(`${operator} of what is not known`, origin)
  if (operator === '!') return { kind: 'literal', value: !value.value, origin }
  if (operator === '-') return { kind: 'literal', value: -Number(value.value), origin }
  if (operator === '+') return { kind: 'literal', value: Number(value.value), origin }
  return operator === 'void' ? { kind: 'undefined', origin } : unknown(operator, origin)
}

function binary(operator: string, left: Value, right: Value, origin: Origin): Value {
  if (left.kind === 'literal' && right.kind === 'literal') {
    const value = calculate(operator, left.value, right.value)
    if (value !== undefined) return { kind: 'literal', value, origin }
  }
  return appended(left, right, origin) ?? { kind: 'derived', from: [left, right], via: operator, origin }
}

type Plain = string | number | boolean | null

function calculate(operator: string, left: Plain, right: Plain): Plain | undefined {
  const [a, b] = [Number(left), Number(right)]
  switch (operator) {
    case '+':
      return typeof left === 'string' || typeof right === 'string' ? `${left}${right}` : a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '===':
    case '==':
      return left === right
    case '!==':
    case '!=':
      return left !== right
    default:
      return undefined
  }
}
