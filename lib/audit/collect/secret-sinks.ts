import type { Module } from '../source/modules.js'
import {
  above,
  child,
  children,
  dotted,
  findAll,
  isInside,
  keyName,
  memberName,
  type Node,
  unwrap,
} from '../source/syntax.js'
import { type Field, fieldOf, fullName, optionsOf, type Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { fieldIn } from './cookie-flags.js'
import { type KoaInstance, makesApp } from './instances.js'
import { mayLeadTo } from './leads-to.js'
import { callsTo } from './module-index.js'
import type { SessionCall } from './sessions.js'

/** A place that takes the key, or keys, that sign or encrypt cookies. */
export interface Sink {
  /** app.keys, new Koa, Keygrip, a session option. */
  readonly name: string
  /** Koa's own keys: an array of strings, or a Keygrip. */
  readonly isKoa: boolean
  readonly module: Module
  /** What is given to it. */
  readonly node: Node
  readonly value: Value
}

/** Every place of the server that is given a key. */
export function collectSinks(
  scope: CodeScope,
  instances: readonly KoaInstance[],
  calls: readonly SessionCall[],
): Sink[] {
  const sinks = [
    ...fromWrites(scope, instances),
    ...fromPushes(scope, instances),
    ...fromAssign(scope, instances),
    ...fromClasses(scope),
    ...fromInstances(scope, instances),
    ...fromOptions(scope, calls, instances),
    ...fromCalls(scope),
    ...fromPlugins(scope),
  ]
  return sinks.filter(
    (sink, index) =>
      !sinks.some((other, at) => at < index && other.module === sink.module && isInside(sink.node, other.node)),
  )
}

const writesKeys = /\.\s*keys\s*\S{0,2}=(?!=)|\[\s*['"`]keys['"`]\s*\]/

/** `app.keys = …`. */
function fromWrites(scope: CodeScope, instances: readonly KoaInstance[]): Sink[] {
  return modulesWith(scope, writesKeys).flatMap((module) =>
    module.scopes.memberWrites.flatMap(({ target, value }) => {
      const holder = keyHolder(scope, module, target, instances)
      if (holder === undefined || isFilledLater(scope, module, holder, value)) return []
      return [
        {
          name: `${dotted(holder) ?? 'app'}.keys`,
          isKoa: true,
          module,
          node: value,
          value: scope.evaluator.ask(value, module),
        },
      ]
    }),
  )
}

/** `app` of `app.keys`, where it takes keys. */
function keyHolder(
  scope: CodeScope,
  module: Module,
  member: Node,
  instances: readonly KoaInstance[],
): Node | undefined {
  if (member.type !== 'MemberExpression' || memberName(member) !== 'keys') return undefined
  const holder = child(member, 'object')
  return holder && takesKeys(scope, module, holder, instances) ? holder : undefined
}

/** `app.keys = []`, and then `app.keys.push('…')`. */
function isFilledLater(scope: CodeScope, module: Module, holder: Node, value: Node): boolean {
  const given = scope.evaluator.ask(value, module)
  if (given.kind !== 'array' || given.items.length > 0) return false
  return pushedKeys(module).some(({ list }) => dotted(child(list, 'object')) === dotted(holder))
}

/** `app.keys.push(…)`: the call, and `app.keys`. */
function pushedKeys(module: Module): { call: Node; list: Node }[] {
  return ['push', 'unshift'].flatMap((method) =>
    callsTo(module, method).flatMap((call) => {
      const list = child(child(call, 'callee'), 'object')
      return list?.type === 'MemberExpression' && memberName(list) === 'keys' ? [{ call, list }] : []
    }),
  )
}

/** `app.keys.push('…')`: each argument is a key. */
function fromPushes(scope: CodeScope, instances: readonly KoaInstance[]): Sink[] {
  return modulesWith(scope, /\bkeys\b[\s\S]{0,20}?\.\s*(push|unshift)\b/).flatMap((module) =>
    pushedKeys(module).flatMap(({ call, list }) => {
      const holder = keyHolder(scope, module, list, instances)
      if (holder === undefined) return []
      const name = `${dotted(list) ?? 'app.keys'}.push`
      return [{ name, isKoa: true, module, node: call, value: listOf(scope, module, call) }]
    }),
  )
}

/** The arguments of a call as one list. */
function listOf(scope: CodeScope, module: Module, call: Node): Value {
  let open = false
  const items = children(call, 'arguments').flatMap((each) => {
    const inside = each.type === 'SpreadElement' ? child(each, 'argument') : undefined
    if (inside === undefined) return [scope.evaluator.ask(each, module)]
    const spread = scope.evaluator.ask(inside, module)
    open ||= spread.kind !== 'array' || spread.open
    return spread.kind === 'array' ? spread.items : [spread]
  })
  return { kind: 'array', items, open, origin: { module, node: call } }
}

/** `Object.assign(app, { keys })`. */
function fromAssign(scope: CodeScope, instances: readonly KoaInstance[]): Sink[] {
  return modulesWith(scope, /\bObject\.assign\b[\s\S]*\bkeys\b/).flatMap((module) =>
    callsTo(module, 'assign').flatMap((call) => {
      const [target, ...sources] = children(call, 'arguments')
      if (target === undefined || !takesKeys(scope, module, target, instances)) return []
      return sources.flatMap((source) => {
        const field = fieldOf(scope.evaluator.ask(source, module), 'keys')
        return field ? [{ ...ofField(field), name: `${dotted(target) ?? 'app'}.keys by Object.assign` }] : []
      })
    }),
  )
}

/** `class Shop extends Koa { keys = ['…'] }`. */
function fromClasses(scope: CodeScope): Sink[] {
  return modulesWith(scope, /\bextends\b[\s\S]*\bkeys\s*=/).flatMap((module) =>
    findAll(module.program, 'PropertyDefinition', 'ClassProperty').flatMap((field) => {
      const owner = above(field, 'ClassDeclaration', 'ClassExpression')
      const node = child(field, 'value')
      if (keyName(field) !== 'keys' || owner === undefined || node === undefined) return []
      if (!makesApp(scope, { kind: 'class', origin: { module, node: owner } })) return []
      return [{ name: 'this.keys of a class', isKoa: true, module, node, value: scope.evaluator.ask(node, module) }]
    }),
  )
}

const ofField = (field: Field): Omit<Sink, 'name'> => ({
  isKoa: true,
  module: field.module,
  node: valueNode(field.node),
  value: field.value,
})

function takesKeys(scope: CodeScope, module: Module, holder: Node, instances: readonly KoaInstance[]): boolean {
  const name = dotted(holder) ?? ''
  if (name === 'module.exports' || name === 'exports' || name === 'module') return false
  if (instances.some((each) => each.module === module && each.name === name)) return true
  const value = scope.evaluator.ask(holder, module)
  if (value.kind === 'new' || value.kind === 'call')
    return makesApp(scope, value.callee) || /koa|oidc-provider/i.test(fullName(value.callee) ?? name)
  if (value.kind === 'object' || value.kind === 'array') return false
  return (
    instances.some((each) => each.name === name) ||
    /(^|\.)_?(app|koa|server|api|koaApp|application|ctx\.app)$/i.test(name)
  )
}

/** `new Koa({ keys })`. */
function fromInstances(scope: CodeScope, instances: readonly KoaInstance[]): Sink[] {
  return instances.flatMap(({ module, node }) => {
    const argument = children(node, 'arguments')[0]
    const field = argument && fieldOf(scope.evaluator.ask(argument, module), 'keys')
    return field ? [{ ...ofField(field), name: 'new Koa' }] : []
  })
}

/** `secret`, `keys`, `password` of session libraries that have such an option; `keys: app.keys` only hands on what is told there. */
function fromOptions(scope: CodeScope, calls: readonly SessionCall[], instances: readonly KoaInstance[]): Sink[] {
  return calls.flatMap(({ name, library, options }) =>
    (library.keys ?? []).flatMap((option) => {
      const field = fieldIn(options, [option])
      const handsOn = field && keyHolder(scope, field.module, unwrap(valueNode(field.node)), instances)
      return field && !handsOn
        ? [
            {
              name: `${name} ${option}`,
              isKoa: false,
              module: field.module,
              node: valueNode(field.node),
              value: field.value,
            },
          ]
        : []
    }),
  )
}

const takers: Readonly<Record<string, number>> = { 'cookie-parser': 0, keygrip: 0, 'keygrip.default': 0 }

const namesTaker = /cookie-parser|keygrip/i

/** `cookieParser(secret)`, and a Keygrip that is made apart. */
function fromCalls(scope: CodeScope): Sink[] {
  return modulesWith(scope, namesTaker).flatMap((module) =>
    findAll(module.program, 'CallExpression', 'NewExpression').flatMap((node) => {
      const callee = child(node, 'callee')
      const name =
        callee && mayLeadTo(scope, module, callee, namesTaker)
          ? fullName(scope.evaluator.ask(callee, module))
          : undefined
      const index = name === undefined ? undefined : takers[name]
      const argument = index === undefined ? undefined : children(node, 'arguments')[index]
      if (argument === undefined || name === undefined) return []
      return [{ name, isKoa: false, module, node: argument, value: scope.evaluator.ask(argument, module) }]
    }),
  )
}

/** `app.register(cookie, { secret })` of Fastify. */
function fromPlugins(scope: CodeScope): Sink[] {
  return modulesWith(scope, /fastify.?cookie/i).flatMap((module) =>
    findAll(module.program, 'CallExpression').flatMap((node) => {
      const [plugin, options] = children(node, 'arguments')
      if (memberName(child(node, 'callee') ?? node) !== 'register' || plugin === undefined || options === undefined)
        return []
      const name = fullName(scope.evaluator.ask(plugin, module))
      const field =
        name && cookiePlugin.test(name) ? fieldIn(scope.evaluator.ask(options, module), ['secret']) : undefined
      return field
        ? [
            {
              name: `${name} secret`,
              isKoa: false,
              module: field.module,
              node: valueNode(field.node),
              value: field.value,
            },
          ]
        : []
    }),
  )
}

const cookiePlugin = /^(@fastify\/cookie|fastify-cookie)(\.fastifyCookie)?$/

const valueNode = (property: Node): Node => child(property, 'value') ?? child(property, 'right') ?? property

/** The keys inside a Keygrip, or the value itself. */
export function unkeyed(scope: CodeScope, value: Value): Value {
  const options = optionsOf(value)
  if (options.length > 1) return value
  const made = options[0]?.value
  if ((made?.kind !== 'new' && made?.kind !== 'call') || !/keygrip/i.test(fullName(made.callee) ?? '')) return value
  const argument = made.arguments[0]
  return argument ? scope.evaluator.ask(argument, made.origin.module) : value
}
