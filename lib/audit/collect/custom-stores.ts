import type { StoreFact, StoreKind } from '../facts.js'
import type { Place } from '../place.js'
import { isInside } from '../source/evaluate.js'
import type { Module } from '../source/modules.js'
import {
  child,
  children,
  dotted,
  functionAround,
  keyName,
  memberName,
  type Node,
  unwrap,
  walk,
} from '../source/syntax.js'
import { fullName, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { singleProcessDatabase, storeKindOf } from './libraries.js'
import { isShared } from './stores.js'

/** How many functions deep the bodies of get and set are followed. */
const deepest = 4

interface Clue {
  readonly kind: StoreKind
  readonly place: Place
  readonly via: string | undefined
}

/** A store of the app's own: the bodies of its methods are followed to what they read and write. */
export function readCustomStore(scope: CodeScope, value: Value, place: Place): StoreFact | undefined {
  const bodies = methodsOf(scope, value)
  if (bodies.length === 0) return undefined
  const clues: Clue[] = []
  const seen = new Set<Node>()
  for (const { module, node } of bodies) gather(scope, module, node, clues, seen, 0)
  const best = order.map((kind) => clues.find((clue) => clue.kind === kind)).find((clue) => clue !== undefined)
  const common = { how: 'custom', directory: undefined, expires: undefined, expiresAt: undefined } as const
  if (best === undefined) return { ...common, kind: 'unknown', shared: undefined, evidence: [place], via: undefined }
  const how = best.via !== undefined && singleProcessDatabase.test(best.via) ? 'single-process-database' : 'custom'
  const directory = best.kind === 'file' ? { path: undefined, place: best.place, pruned: undefined } : undefined
  return {
    ...common,
    how,
    directory,
    kind: best.kind,
    shared: isShared(best.kind),
    evidence: [place, best.place],
    via: best.via,
  }
}

/** A cache in front of a database is that database: the shared kinds come first. */
const order: readonly StoreKind[] = ['redis', 'mongo', 'sql', 'custom', 'file', 'memory']

interface Body {
  readonly module: Module
  readonly node: Node
}

const methods = /^(get|set|destroy|read|write|save|load|clear|remove|constructor)$/

/** The methods of an object literal, an instance, or a class handed over. */
function methodsOf(scope: CodeScope, value: Value): Body[] {
  if (value.kind === 'object') {
    return [...value.fields].flatMap(([name, field]) => {
      if (!methods.test(name)) return []
      return field.value.kind === 'function' ? [field.value.origin] : valueBody(field.value, field.module, field.node)
    })
  }
  if (value.kind === 'class') return classBodies(scope, value.origin.module, value.origin.node)
  if (value.kind === 'new' && value.callee.kind === 'class')
    return classBodies(scope, value.callee.origin.module, value.callee.origin.node)
  if ((value.kind === 'new' || value.kind === 'call') && value.callee.kind === 'function') return [value.callee.origin]
  return []
}

/** A method given as `sessions.get.bind(sessions)`, or a member of something. */
function valueBody(value: Value, module: Module, node: Node): Body[] {
  if (value.kind === 'call' && value.callee.kind === 'unknown') return [{ module, node }]
  return value.kind === 'unknown' || value.kind === 'derived' ? [{ module, node }] : []
}

function classBodies(scope: CodeScope, module: Module, node: Node): Body[] {
  const parent = child(node, 'superClass')
  const above = parent && scope.evaluator.ask(parent, module)
  const inherited = above?.kind === 'class' ? classBodies(scope, above.origin.module, above.origin.node) : []
  return [{ module, node: child(node, 'body') ?? node }, ...inherited]
}

/** Notes what the code works on: packages, maps and objects of the module, files; goes into functions of the app. */
function gather(scope: CodeScope, module: Module, body: Node, clues: Clue[], seen: Set<Node>, depth: number): void {
  if (seen.has(body) || depth > deepest) return
  seen.add(body)
  walk(body, (node) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression')
      fromCall(scope, module, node, clues, seen, depth)
    else if (node.type === 'MemberExpression' && node.computed === true) fromMember(scope, module, node, body, clues)
  })
}

function fromCall(scope: CodeScope, module: Module, node: Node, clues: Clue[], seen: Set<Node>, depth: number): void {
  const callee = child(node, 'callee')
  if (callee === undefined) return
  const value = scope.evaluator.ask(callee, module)
  const place = module.at(node)
  const name = fullName(value)
  if (name !== undefined) return note(clues, name, place)
  if (value.kind === 'function') return gather(scope, value.origin.module, value.origin.node, clues, seen, depth + 1)
  if (value.kind === 'class')
    return gather(
      scope,
      value.origin.module,
      child(value.origin.node, 'body') ?? value.origin.node,
      clues,
      seen,
      depth + 1,
    )
  const object = unwrap(callee).type === 'MemberExpression' ? child(unwrap(callee), 'object') : undefined
  if (object !== undefined) fromObject(scope, module, object, memberName(unwrap(callee)), place, clues, seen, depth)
}

/** `client.get(key)`: what is client? */
function fromObject(
  scope: CodeScope,
  module: Module,
  object: Node,
  method: string | undefined,
  place: Place,
  clues: Clue[],
  seen: Set<Node>,
  depth: number,
): void {
  const holder = scope.evaluator.ask(object, module)
  const made = holder.kind === 'new' || holder.kind === 'call' ? holder.callee : holder
  const name = fullName(made)
  if (name === 'Map' || name === 'WeakMap' || name === 'Set') return push(clues, 'memory', place, name)
  if (name !== undefined) return note(clues, name, place)
  if (made.kind === 'class') return intoClass(scope, made, method, clues, seen, depth)
  if (holder.kind === 'object' && method !== undefined) {
    const field = holder.fields.get(method)
    if (field?.value.kind === 'function')
      return gather(scope, field.value.origin.module, field.value.origin.node, clues, seen, depth + 1)
  }
  byName(dotted(object), place, clues)
}

function intoClass(
  scope: CodeScope,
  value: Value & { kind: 'class' },
  method: string | undefined,
  clues: Clue[],
  seen: Set<Node>,
  depth: number,
): void {
  const { module, node } = value.origin
  const members = children(child(node, 'body'), 'body')
  const wanted = members.filter(
    (member) => keyName(member) === method || keyName(member) === 'constructor' || member.type === 'PropertyDefinition',
  )
  for (const member of wanted) gather(scope, module, child(member, 'value') ?? member, clues, seen, depth + 1)
}

/** A name is a weak clue, and better than none: `redis.get`, `this.redisClient.set`, `mongoCollection.findOne`. */
function byName(name: string | undefined, place: Place, clues: Clue[]): void {
  if (name === undefined || !/redis|mongo|knex|sequelize|prisma|pool$|mysql|collection|(^|\.)db$|database/i.test(name))
    return
  const kind = /redis/i.test(name)
    ? 'redis'
    : /mongo|collection/i.test(name)
      ? 'mongo'
      : /knex|sequelize|prisma|mysql|pool$/i.test(name)
        ? 'sql'
        : 'custom'
  push(clues, kind, place, name)
}

/** `sessions[id]`, `this.store[id]`: an object of the process, unless it came as an argument. */
function fromMember(scope: CodeScope, module: Module, node: Node, body: Node, clues: Clue[]): void {
  const object = child(node, 'object')
  if (object === undefined) return
  const value = scope.evaluator.ask(object, module)
  const isOwn = value.kind === 'object' || value.kind === 'array'
  const binding = unwrap(object).type === 'Identifier' ? module.scopes.lookup(unwrap(object)) : undefined
  const isLocal =
    binding !== undefined &&
    binding.scope.type !== 'Program' &&
    isInside(binding.scope, body) &&
    functionAround(node) === binding.scope
  if ((isOwn && !isLocal) || isFieldOfThis(object, module)) push(clues, 'memory', module.at(node), dotted(object))
}

function isFieldOfThis(object: Node, module: Module): boolean {
  const name = dotted(object)
  if (name === undefined || !name.startsWith('this.')) return false
  return module.scopes.memberWrites.some(
    ({ target, value }) => dotted(target) === name && /^(ObjectExpression|ArrayExpression)$/.test(unwrap(value).type),
  )
}

function note(clues: Clue[], name: string, place: Place): void {
  const kind = storeKindOf(name)
  if (kind !== undefined) push(clues, kind, place, name)
}

function push(clues: Clue[], kind: StoreKind, place: Place, via: string | undefined): void {
  clues.push({ kind, place, via })
}
