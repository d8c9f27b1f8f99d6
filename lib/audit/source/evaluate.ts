import { posix } from 'node:path'
import type { When } from '../facts/when.js'
import { argumentOf } from './callers.js'
import { evaluateCall, resultOf } from './calls.js'
import { branchesOf, whenAround, whenOfName } from './environment.js'
import { exportOf } from './exports.js'
import type { Module, Modules } from './modules.js'
import { nodeConfig } from './node-config.js'
import { readObject, writesTo } from './objects.js'
import type { Binding, Step } from './scope.js'
import { child, children, isFunction, memberName, type Node, unwrap } from './syntax.js'
import type { Field, Origin, Value } from './value.js'

/** How deep one value may lie behind others. */
const deepest = 14

/** How much work one question may cost. */
const dearest = 4000

/** What parameters are worth inside a function that is followed. */
export type Arguments = ReadonlyMap<Binding, Value>

export interface Follow {
  readonly depth: number
  readonly seen: ReadonlySet<Node>
  readonly given: Arguments
}

const start: Follow = { depth: 0, seen: new Set(), given: new Map() }

/** Follows values through the source of an app: constants, objects, spreads, imports, config modules, environment. */
export class Evaluator {
  #spent = 0
  readonly #asked = new WeakMap<Node, Value>()

  constructor(readonly modules: Modules) {}

  /** What the expression is worth. Each question has a budget of its own. */
  ask(node: Node, module: Module): Value {
    const known = this.#asked.get(node)
    if (known !== undefined) return known
    this.#spent = 0
    const value = this.evaluate(node, module, start)
    this.#asked.set(node, value)
    return value
  }

  /** What the function answers when it is called without knowing its arguments. */
  askResult(value: Value): Value {
    this.#spent = 0
    return resultOf(this, value, start)
  }

  /** What the module exports under the name: `default`, or `*` for all of it. */
  askExport(file: string, name: string, origin: Origin): Value {
    this.#spent = 0
    return this.exported(file, name, origin, start)
  }

  evaluate(expression: Node, module: Module, follow: Follow): Value {
    const node = unwrap(expression)
    const origin = { module, node }
    if (follow.depth > deepest || follow.seen.has(node) || ++this.#spent > dearest)
      return unknown('too deep to follow', origin)
    const deeper = { ...follow, depth: follow.depth + 1, seen: new Set(follow.seen).add(node) }
    return this.#byType(node, module, deeper, origin)
  }

  #byType(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    switch (node.type) {
      case 'Literal':
        return this.#literal(node, origin)
      case 'TemplateLiteral':
        return this.#template(node, module, follow, origin)
      case 'Identifier':
        return this.#identifier(node, module, follow, origin)
      case 'ThisExpression':
        return this.#this(node, module, follow, origin)
      case 'MemberExpression':
        return this.#member(node, module, follow, origin)
      case 'ObjectExpression':
        return readObject(this, node, module, follow)
      case 'ArrayExpression':
        return this.#array(node, module, follow, origin)
      case 'LogicalExpression':
        return this.#logical(node, module, follow, origin)
      case 'ConditionalExpression':
        return this.#conditional(node, module, follow, origin)
      case 'AssignmentExpression':
        return this.#inside(node, 'right', module, follow, origin)
      case 'SequenceExpression':
        return this.evaluate(children(node, 'expressions').at(-1) ?? node, module, follow)
      case 'UnaryExpression':
      case 'BinaryExpression':
        return this.#arithmetic(node, module, follow, origin)
      case 'CallExpression':
      case 'NewExpression':
      case 'ImportExpression':
      case 'TaggedTemplateExpression':
        return evaluateCall(this, node, module, follow)
      case 'ClassExpression':
      case 'ClassDeclaration':
        return { kind: 'class', origin }
      default:
        return isFunction(node) ? { kind: 'function', origin } : unknown(`a ${node.type} is not followed`, origin)
    }
  }

  #inside(node: Node, field: string, module: Module, follow: Follow, origin: Origin): Value {
    const inside = child(node, field)
    return inside === undefined ? unknown('nothing is there', origin) : this.evaluate(inside, module, follow)
  }

  #literal(node: Node, origin: Origin): Value {
    const { value } = node
    if (value === null && node.regex === undefined) return { kind: 'literal', value: null, origin }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { kind: 'literal', value, origin }
    return unknown('a regular expression or a large number', origin)
  }

  #template(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    const parts = children(node, 'quasis').map((quasi) => String((quasi.value as { cooked?: unknown })?.cooked ?? ''))
    const values = children(node, 'expressions').map((each) => this.evaluate(each, module, follow))
    if (values.every((value) => value.kind === 'literal')) {
      const texts = values.map((value) => (value.kind === 'literal' ? String(value.value) : ''))
      return { kind: 'literal', value: parts.map((part, index) => part + (texts[index] ?? '')).join(''), origin }
    }
    const [first] = values
    if (first?.kind === 'file' && parts[0] === '' && values.length === 1)
      return { ...first, name: posix.join(first.name, parts[1] ?? ''), origin }
    return { kind: 'derived', from: values, via: 'template', origin }
  }

  #identifier(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    if (node.name === 'undefined') return { kind: 'undefined', origin }
    const binding = module.scopes.lookup(node)
    if (binding === undefined) return this.#free(String(node.name), module, follow, origin)
    const given = follow.given.get(binding)
    if (given !== undefined) return given
    return this.#binding(binding, module, follow, origin)
  }

  /** A name that nobody declares: CommonJS's own, or a global. */
  #free(name: string, module: Module, follow: Follow, origin: Origin): Value {
    if (name === 'exports') return this.exported(module.file, '*', origin, follow)
    if (name === '__dirname') return { kind: 'file', name: posix.dirname(module.file), origin }
    return { kind: 'global', path: [name], origin }
  }

  #binding(binding: Binding, module: Module, follow: Follow, origin: Origin): Value {
    if (binding.from) return this.#imported(binding.from, module, follow, origin)
    if (binding.kind === 'function') return { kind: 'function', origin: { module, node: binding.declaration } }
    if (binding.kind === 'class') return { kind: 'class', origin: { module, node: binding.declaration } }
    if (binding.given.length === 0) return this.#bare(binding, module, follow, origin)
    const values = this.#lastGiven(binding, module).map((given) => ({
      value: this.#along(this.evaluate(given.value, module, follow), given.path, module, follow, origin),
      when: whenAround(given.value, module),
    }))
    const value: Value =
      values.length === 1 && values[0] ? values[0].value : { kind: 'either', options: values, how: 'assigned', origin }
    return writesTo(this, binding, value, module, follow)
  }

  /** A parameter nobody followed to, or `let x` filled by assignments to its fields. */
  #bare(binding: Binding, module: Module, follow: Follow, origin: Origin): Value {
    const handed =
      binding.kind === 'parameter'
        ? (argumentOf(this, binding, module, follow) ?? this.#injected(binding, module, follow, origin))
        : undefined
    if (handed !== undefined) return handed
    if (binding.kind !== 'parameter') return writesTo(this, binding, { kind: 'undefined', origin }, module, follow)
    return unknown(`${binding.name} is a parameter`, origin)
  }

  /** A parameter named like a class that the file imports is one of it: `constructor(sessionsDao)`. */
  #injected(binding: Binding, module: Module, follow: Follow, origin: Origin): Value | undefined {
    const lower = binding.name.replace(/^_/, '').toLowerCase()
    const like = [...module.scopes.topLevel.values()].find(
      (each) => /^[A-Z]/.test(each.name) && each.name.toLowerCase() === lower,
    )
    if (like === undefined || follow.depth > deepest - 2) return undefined
    const callee = this.#binding(like, module, follow, origin)
    return callee.kind === 'class' ? { kind: 'new', callee, arguments: [], origin } : undefined
  }

  /** An assignment that always happens replaces what stood before it. */
  #lastGiven(binding: Binding, module: Module): Binding['given'] {
    const from = binding.given.findLastIndex(({ conditional, value }) => !conditional && !isNullish(value))
    const live = binding.given.slice(Math.max(from, 0))
    const real = live.filter(({ value }) => !isNullish(value))
    return real.length > 0 && module !== undefined ? real : live
  }

  #imported(from: { module: string; name: string }, module: Module, follow: Follow, origin: Origin): Value {
    const file = this.modules.resolve(module.file, from.module)
    if (file !== undefined) return this.exported(file, from.name, origin, follow)
    if (/^[./]/.test(from.module)) return unknown(`${from.module} is not in the repository`, origin)
    return {
      kind: 'import',
      package: from.module,
      path: from.name === '*' || from.name === 'default' ? [] : [from.name],
      origin,
    }
  }

  /** Goes down a destructuring. */
  #along(value: Value, path: readonly Step[], module: Module, follow: Follow, origin: Origin): Value {
    return path.reduce((inside, step) => {
      const found = this.memberOf(inside, step.name, follow, origin)
      if (step.fallback === undefined) return found
      const fallback = this.evaluate(step.fallback, module, follow)
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

  #member(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    const object = child(node, 'object')
    if (object === undefined) return unknown('nothing is there', origin)
    const holder = this.evaluate(object, module, follow)
    const name = memberName(node) ?? this.#computedName(node, module, follow)
    if (name === undefined) return this.#anyMember(holder, origin)
    return this.memberOf(holder, name, follow, origin)
  }

  #computedName(node: Node, module: Module, follow: Follow): string | undefined {
    const property = node.computed === true ? child(node, 'property') : undefined
    if (property === undefined) return undefined
    const value = this.evaluate(property, module, follow)
    return value.kind === 'literal' ? String(value.value) : undefined
  }

  /** `configs[process.env.NODE_ENV]`: each field, for the environment that its name tells. */
  #anyMember(holder: Value, origin: Origin): Value {
    if (holder.kind !== 'object' || holder.fields.size === 0)
      return unknown('the name of the property is computed', origin)
    const options = [...holder.fields].map(([name, field]) => ({ value: field.value, when: whenOfName(name) }))
    return { kind: 'either', options, how: 'assigned', origin }
  }

  /** What `value.name` is worth. */
  memberOf(value: Value, name: string, follow: Follow, origin: Origin): Value {
    switch (value.kind) {
      case 'object':
        return this.#fieldOf(value, name, origin)
      case 'array':
        return value.items[Number(name)] ?? unknown('an element of a list', origin)
      case 'either':
        return this.#eitherMember(value, name, follow, origin)
      case 'import':
        return name === 'default' ? value : this.#importedMember(value, name, follow, origin)
      case 'namespace':
        return this.exported(value.file, name, origin, follow)
      case 'global':
        return globalMember(value, name, origin)
      case 'new':
        return this.#instanceMember(value, name, follow, origin)
      case 'class':
        return this.#classMember(value.origin, name, follow, origin, true)
      case 'unknown':
        return value
      default:
        return unknown(`.${name} of a ${value.kind}`, origin)
    }
  }

  /** A package's export; of `config` and `config-lite`, what the app's own files say. */
  #importedMember(value: Value & { kind: 'import' }, name: string, follow: Follow, origin: Origin): Value {
    const inside = importMember(value, name, origin)
    if (!/^config(-lite)?$/.test(value.package) || /^(get|has|util)$/.test(name)) return inside
    const found = nodeConfig(this, [...value.path, name].join('.'), origin, follow)
    return found.kind === 'unknown' ? inside : found
  }

  #fieldOf(value: Value & { kind: 'object' }, name: string, origin: Origin): Value {
    const field = value.fields.get(name)
    if (field !== undefined) return tagged(field)
    if (name === 'default') return value
    return value.open ? unknown(`${name} may come from what is spread`, origin) : { kind: 'undefined', origin }
  }

  #eitherMember(value: Value & { kind: 'either' }, name: string, follow: Follow, origin: Origin): Value {
    const options = value.options.map((option) => ({
      ...option,
      value: this.memberOf(option.value, name, follow, origin),
    }))
    const [only] = options
    if (only !== undefined && options.length === 1 && only.when === 'any') return only.value
    return { ...value, options }
  }

  #instanceMember(value: Value & { kind: 'new' }, name: string, follow: Follow, origin: Origin): Value {
    return value.callee.kind === 'class'
      ? this.#classMember(value.callee.origin, name, follow, origin, false)
      : unknown(`.${name} of an object`, origin)
  }

  /** A field of a class, its initial value or what the constructor gives `this.name`. */
  #classMember(of: Origin, name: string, follow: Follow, origin: Origin, isStatic: boolean): Value {
    const members = children(child(of.node, 'body'), 'body')
    const field = members.find(
      (each) => (each.static === true) === isStatic && String(child(each, 'key')?.name) === name,
    )
    const value = child(field, 'value')
    if (value !== undefined && field?.kind !== 'get') return this.evaluate(value, of.module, follow)
    const write = of.module.scopes.memberWrites.find(
      ({ target }) =>
        memberName(target) === name && child(target, 'object')?.type === 'ThisExpression' && isInside(target, of.node),
    )
    return write ? this.evaluate(write.value, of.module, follow) : unknown(`.${name} of a class`, origin)
  }

  #this(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    for (let next = node.parent; next !== undefined; next = next.parent) {
      if (next.type === 'FunctionExpression' && next.parent?.type === 'Property' && next.parent.parent !== undefined)
        return this.evaluate(next.parent.parent, module, follow)
      if (next.type === 'ClassDeclaration' || next.type === 'ClassExpression')
        return { kind: 'new', callee: { kind: 'class', origin: { module, node: next } }, arguments: [], origin }
    }
    return unknown('this', origin)
  }

  #array(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    const elements = children(node, 'elements')
    const items = elements.flatMap((element) => {
      if (element.type !== 'SpreadElement') return [this.evaluate(element, module, follow)]
      const spread = this.evaluate(child(element, 'argument') ?? element, module, follow)
      return spread.kind === 'array' ? spread.items : [spread]
    })
    return { kind: 'array', items, open: elements.some((element) => element.type === 'SpreadElement'), origin }
  }

  #logical(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    const left = this.#inside(node, 'left', module, follow, origin)
    const right = this.#inside(node, 'right', module, follow, origin)
    if (node.operator === '&&') return this.#guarded(node, right, module, origin)
    if (left.kind === 'undefined' || (left.kind === 'literal' && !left.value)) return right
    if (left.kind === 'object' || left.kind === 'array' || (left.kind === 'literal' && left.value)) return left
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

  /** `isProduction && x`: x, in production. */
  #guarded(node: Node, right: Value, module: Module, origin: Origin): Value {
    const test = child(node, 'left')
    const when = test === undefined ? 'any' : branchesOf(test, module).yes
    return when === 'any' ? right : { kind: 'either', how: 'assigned', options: [{ value: right, when }], origin }
  }

  #conditional(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    const test = child(node, 'test')
    const { yes, no } = test ? branchesOf(test, module) : { yes: 'any' as When, no: 'any' as When }
    const options = [
      { value: this.#inside(node, 'consequent', module, follow, origin), when: yes },
      { value: this.#inside(node, 'alternate', module, follow, origin), when: no },
    ]
    return { kind: 'either', how: '?:', options, origin }
  }

  #arithmetic(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    if (node.type === 'UnaryExpression')
      return unary(String(node.operator), this.#inside(node, 'argument', module, follow, origin), origin)
    const [left, right] = [
      this.#inside(node, 'left', module, follow, origin),
      this.#inside(node, 'right', module, follow, origin),
    ]
    return binary(String(node.operator), left, right, origin)
  }

  exported(file: string, name: string, origin: Origin, follow: Follow): Value {
    const found = exportOf(this, file, name, follow)
    return found ?? unknown(`${file} does not say what ${name} is`, origin)
  }
}

function tagged(field: Field): Value {
  if (field.when === 'any') return field.value
  return {
    kind: 'either',
    how: 'assigned',
    options: [{ value: field.value, when: field.when }],
    origin: field.value.origin,
  }
}

function globalMember(value: Value & { kind: 'global' }, name: string, origin: Origin): Value {
  const path = [...value.path, name]
  if (path.length === 3 && path[0] === 'process' && path[1] === 'env') return { kind: 'env', name, origin }
  if (path.length === 4 && path.slice(0, 3).join('.') === 'import.meta.env') return { kind: 'env', name, origin }
  return { kind: 'global', path, origin }
}

/** `import process from 'node:process'` is the global by another way. */
function importMember(value: Value & { kind: 'import' }, name: string, origin: Origin): Value {
  const path = value.path.filter((part) => part !== 'default')
  if (/^(node:)?process$/.test(value.package) && path.length === 1 && path[0] === 'env')
    return { kind: 'env', name, origin }
  return { ...value, path: [...value.path, name] }
}

const isNullish = (node: Node) =>
  (node.type === 'Literal' && node.value === null && node.regex === undefined) ||
  (node.type === 'Identifier' && node.name === 'undefined')

export const isInside = (node: Node, outer: Node): boolean => node.start >= outer.start && node.end <= outer.end

export function unknown(why: string, origin: Origin): Value {
  return { kind: 'unknown', why, origin }
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
