import { posix } from 'node:path'
import { evaluateCall } from './calls.js'
import { exportOf } from './exports.js'
import { Arguments, deepest, type Follow, Trail } from './follow.js'
import { resultOf } from './followed.js'
import { memberOf, valueOfMember } from './members.js'
import { Memo } from './memo.js'
import type { Module, Modules } from './modules.js'
import { valueOfName, valueOfThis } from './names.js'
import { readObject } from './objects.js'
import { valueOfConditional, valueOfLogical, valueOfOperator } from './operators.js'
import type { Binding } from './scope.js'
import { child, children, isFunction, memberName, type Node, unwrap } from './syntax.js'
import { type Origin, tooDeep, unknown, type Value } from './value.js'

/** How much work one question may cost. */
const dearest = 1000

/** `X` of `process.env.X`, which nothing lies behind. */
function environmentVariable(node: Node, module: Module): string | undefined {
  const environment = node.type === 'MemberExpression' ? child(node, 'object') : undefined
  const name = environment && memberName(node)
  const holder = environment?.type === 'MemberExpression' ? child(environment, 'object') : undefined
  if (environment === undefined || holder?.type !== 'Identifier' || holder.name !== 'process') return undefined
  return memberName(environment) === 'env' && module.scopes.lookup(holder) === undefined ? name : undefined
}

/** Follows values through the source of an app: constants, objects, spreads, imports, config modules, environment. */
export class Evaluator {
  #spent = 0
  readonly #start: Follow = { depth: 0, seen: new Trail(), given: new Arguments() }
  readonly memo = new Memo()
  readonly #asked = new WeakMap<Node, Value>()
  readonly #named = new WeakMap<Binding, Value>()

  constructor(readonly modules: Modules) {}

  /** What the expression is worth. Each question has a budget of its own. */
  ask(node: Node, module: Module): Value {
    const known = this.#asked.get(node)
    if (known !== undefined) return known
    const value = this.#answer(node, module)
    this.#asked.set(node, value)
    return value
  }

  /** Names and what stands before a dot are asked alone, since others ask the same. */
  #answer(node: Node, module: Module): Value {
    const bare = unwrap(node)
    if (bare.type === 'Identifier') return this.#name(bare, module)
    const object = bare.type === 'MemberExpression' ? child(bare, 'object') : undefined
    const name = object && memberName(bare)
    if (object !== undefined && name !== undefined)
      return this.memberOf(this.ask(object, module), name, this.#anew(), { module, node: bare })
    return this.evaluate(bare, module, this.#anew())
  }

  /** What a name is worth is the same wherever it stands. */
  #name(identifier: Node, module: Module): Value {
    const binding = module.scopes.lookup(identifier)
    const known = binding && this.#named.get(binding)
    if (known !== undefined) return known
    const value = this.evaluate(identifier, module, this.#anew())
    // A value that stands at the name itself is about this place: a parameter, a global.
    if (binding !== undefined && value.origin.node !== identifier) this.#named.set(binding, value)
    return value
  }

  #anew(): Follow {
    this.#spent = 0
    return this.#start
  }

  /** What the function answers when it is called without knowing its arguments. */
  askResult(value: Value): Value {
    return resultOf(this, value, this.#anew())
  }

  /** What the module exports under the name: `default`, or `*` for all of it. */
  askExport(file: string, name: string, origin: Origin): Value {
    return this.exported(file, name, origin, this.#anew())
  }

  evaluate(expression: Node, module: Module, follow: Follow): Value {
    const node = unwrap(expression)
    const origin = { module, node }
    const variable = environmentVariable(node, module)
    if (variable !== undefined) return { kind: 'env', name: variable, origin }
    if (this.memo.isDeeper(follow.depth, deepest) || this.memo.hasMet(node, follow)) return unknown(tooDeep, origin)
    if (node.type === 'Literal') return this.#literal(node, origin)
    if (isFunction(node)) return { kind: 'function', origin }
    const known = this.memo.recall(node, follow)
    if (known !== undefined) return known
    if (++this.#spent > dearest) {
      this.memo.meets(0)
      return unknown(tooDeep, origin)
    }
    const deeper = { ...follow, depth: follow.depth + 1, seen: follow.seen.with(node) }
    return this.memo.keep(node, follow, () => this.#byType(node, module, deeper, origin))
  }

  #byType(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    switch (node.type) {
      case 'TemplateLiteral':
        return this.#template(node, module, follow, origin)
      case 'Identifier':
        return valueOfName(this, node, module, follow, origin)
      case 'MetaProperty':
        return { kind: 'global', path: ['import', 'meta'], origin }
      case 'ThisExpression':
        return valueOfThis(this, node, module, follow, origin)
      case 'MemberExpression':
        return valueOfMember(this, node, module, follow, origin)
      case 'ObjectExpression':
        return readObject(this, node, module, follow)
      case 'ArrayExpression':
        return this.#array(node, module, follow, origin)
      case 'LogicalExpression':
        return valueOfLogical(this, node, module, follow, origin)
      case 'ConditionalExpression':
        return valueOfConditional(this, node, module, follow, origin)
      case 'AssignmentExpression':
        return this.evaluate(child(node, 'right') ?? node, module, follow)
      case 'SequenceExpression':
        return this.evaluate(children(node, 'expressions').at(-1) ?? node, module, follow)
      case 'UnaryExpression':
      case 'BinaryExpression':
        return valueOfOperator(this, node, module, follow, origin)
      case 'CallExpression':
      case 'NewExpression':
      case 'ImportExpression':
      case 'TaggedTemplateExpression':
        return evaluateCall(this, node, module, follow)
      case 'ClassExpression':
      case 'ClassDeclaration':
        return { kind: 'class', origin }
      default:
        return unknown(`a ${node.type} is not followed`, origin)
    }
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
    const said = parts.filter((part) => /\w{3}/.test(part)).map((value): Value => ({ kind: 'literal', value, origin }))
    return { kind: 'derived', from: [...values, ...said], via: 'template', origin }
  }

  /** What `value.name` is worth. */
  memberOf(value: Value, name: string, follow: Follow, origin: Origin): Value {
    return memberOf(this, value, name, follow, origin)
  }

  #array(node: Node, module: Module, follow: Follow, origin: Origin): Value {
    const elements = children(node, 'elements')
    let open = false
    const items = elements.flatMap((element) => {
      if (element.type !== 'SpreadElement') return [this.evaluate(element, module, follow)]
      const spread = this.evaluate(child(element, 'argument') ?? element, module, follow)
      open ||= spread.kind !== 'array' || spread.open
      return spread.kind === 'array' ? spread.items : [spread]
    })
    return { kind: 'array', items, open, origin }
  }

  exported(file: string, name: string, origin: Origin, follow: Follow): Value {
    const found = exportOf(this, file, name, follow)
    return found ?? unknown(`${file} does not say what ${name} is`, origin)
  }
}
