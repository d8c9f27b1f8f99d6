import type { StoreKind } from '../facts/session.js'
import type { Place } from '../place.js'
import type { Module } from '../source/modules.js'
import {
  above,
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
import { fullName, type Origin, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { storeKindOf } from './libraries.js'
import { handlerAround } from './local-state/handlers.js'

/** How many functions deep code is followed. */
const deepest = 5

/** A piece of code. */
export interface Body {
  readonly module: Module
  readonly node: Node
}

/** Something that tells where code keeps what it is given. */
export interface Clue {
  readonly kind: StoreKind
  readonly place: Place
  /** The package or class; of what is in memory, its name. */
  readonly via: string | undefined
  /** Where it is made, of what is in memory and not a field of its own. */
  readonly made?: Origin
}

/** A cache in front of a database is that database: the shared kinds come first. */
const order: readonly StoreKind[] = ['redis', 'mongo', 'sql', 'custom', 'file', 'memory']

/** Follows code to what it reads and writes: packages, maps and objects of the module, files. */
export class StoreTrace {
  readonly #clues: Clue[] = []
  readonly #seen = new Set<Node>()
  #untimed: Place | undefined
  #isTimed = false

  constructor(readonly scope: CodeScope) {}

  get best(): Clue | undefined {
    return order.map((kind) => this.#clues.find((clue) => clue.kind === kind)).find((clue) => clue !== undefined)
  }

  /** Where a record is written to Redis without a time to live; undefined where it has one, or is not written to Redis. */
  get endless(): Place | undefined {
    return this.#isTimed || this.best?.kind !== 'redis' ? undefined : this.#untimed
  }

  follow({ module, node }: Body, depth = 0): void {
    if (this.#seen.has(node) || depth > deepest) return
    this.#seen.add(node)
    walk(node, (each) => {
      if (each.type === 'CallExpression' || each.type === 'NewExpression') this.#call(module, each, depth)
      else if (each.type === 'MemberExpression') this.#member(module, each, depth)
    })
  }

  #call(module: Module, node: Node, depth: number): void {
    const callee = child(node, 'callee')
    if (callee === undefined) return
    const value = this.scope.evaluator.ask(callee, module)
    const name = fullName(madeBy(value))
    if (name !== undefined && this.#named(name, module.at(node))) return
    if (value.kind === 'function') this.follow(value.origin, depth + 1)
    const bare = unwrap(methodBehind(module, callee) ?? callee)
    const object = bare.type === 'MemberExpression' ? child(bare, 'object') : undefined
    if (object !== undefined) this.#time(module, node, memberName(bare))
    if (object !== undefined) this.#object(module, object, memberName(bare), depth)
  }

  /** `client.get(key)`: what is client? */
  #object(module: Module, object: Node, method: string | undefined, depth: number): void {
    const holder = this.scope.evaluator.ask(object, module)
    const made = holder.kind === 'new' || holder.kind === 'call' ? holder.callee : holder
    const name = fullName(made)
    const place = module.at(object)
    const kind = name === undefined ? undefined : /^(Weak)?(Map|Set)$/.test(name) ? 'memory' : storeKindOf(name)
    if (kind === 'memory') this.#push(kind, place, dotted(object) ?? name, holder.origin)
    if (kind !== undefined && kind !== 'memory') this.#push(kind, place, name)
    if (kind !== undefined && !/^(Weak)?(Map|Set)$/.test(name ?? '')) return
    if (made.kind === 'class') this.#method(made, method, depth)
    else if (made.kind === 'function') this.follow(made.origin, depth + 1)
    else if (holder.kind === 'object') this.#field(holder, method, depth)
    this.#byName(dotted(object), place)
  }

  /** `set(key, value)` alone, or with a time: `set(key, value, 'PX', ms)`, `setex`, `expire`. */
  #time(module: Module, node: Node, method: string | undefined): void {
    const count = children(node, 'arguments').length
    if (method !== undefined && /^(p?set_?ex|p?expire(_?at)?)$/i.test(method)) this.#isTimed = true
    if (method !== 'set') return
    if (count > 2) this.#isTimed = true
    else if (count === 2) this.#untimed ??= module.at(node)
  }

  #field(holder: Value & { kind: 'object' }, method: string | undefined, depth: number): void {
    const field = method === undefined ? undefined : holder.fields.get(method)
    if (field?.value.kind === 'function') this.follow(field.value.origin, depth + 1)
  }

  #method({ origin: { module, node } }: Value & { kind: 'class' }, method: string | undefined, depth: number): void {
    const parent = child(node, 'superClass')
    const name = parent && fullName(this.scope.evaluator.ask(parent, module))
    if (name !== undefined) this.#named(name, module.at(node))
    for (const member of children(child(node, 'body'), 'body'))
      if (keyName(member) === method || keyName(member) === 'constructor' || member.type === 'PropertyDefinition')
        this.follow({ module, node: child(member, 'value') ?? member }, depth + 1)
  }

  /** `sessions[id]`: an object of the process, unless it came as an argument. `this.get` without a call: the method. */
  #member(module: Module, node: Node, depth: number): void {
    const object = child(node, 'object')
    if (object === undefined) return
    if (node.computed !== true) {
      const value = unwrap(object).type === 'ThisExpression' ? this.scope.evaluator.ask(node, module) : undefined
      if (value?.kind === 'function') this.follow(value.origin, depth + 1)
      return
    }
    const value = this.scope.evaluator.ask(object, module)
    const isOwn = (value.kind === 'object' || value.kind === 'array') && !isLocal(module, object, node)
    if (isOwn || isFieldOfThis(object, module))
      this.#push('memory', module.at(node), dotted(object), isOwn ? value.origin : undefined)
  }

  /** A name is a weak clue, and better than none: `this.redisClient.set`, `mongoCollection.findOne`. */
  #byName(name: string | undefined, place: Place): void {
    const found = names.find(([pattern]) => name !== undefined && pattern.test(name))
    if (found !== undefined) this.#push(found[1] === 'custom' ? this.#database() : found[1], place, name)
  }

  /** `db` is whatever database the app depends on. */
  #database(): StoreKind {
    const kinds = new Set([...this.scope.packages.keys()].map(storeKindOf))
    if (kinds.has('mongo') && !kinds.has('sql')) return 'mongo'
    return kinds.has('sql') && !kinds.has('mongo') ? 'sql' : 'custom'
  }

  #named(name: string, place: Place): boolean {
    const kind = storeKindOf(name)
    if (kind !== undefined) this.#push(kind, place, name)
    return kind !== undefined
  }

  #push(kind: StoreKind, place: Place, via: string | undefined, made?: Origin): void {
    this.#clues.push({ kind, place, via, ...(made && { made }) })
  }
}

/** `knex` in `knex({…})('sessions')`. */
const madeBy = (value: Value): Value => (value.kind === 'call' || value.kind === 'new' ? madeBy(value.callee) : value)

const names: readonly (readonly [RegExp, StoreKind])[] = [
  [/redis/i, 'redis'],
  [/mongo|collection$/i, 'mongo'],
  [/knex|sequelize|prisma|mysql|postgres|pgPool/i, 'sql'],
  [/(^|\.)db$|database/i, 'custom'],
]

/** `client.get` for `getAsync` of `const getAsync = promisify(client.get).bind(client)`. */
function methodBehind(module: Module, callee: Node): Node | undefined {
  const given = callee.type === 'Identifier' ? (module.scopes.lookup(callee)?.given ?? []) : []
  let made = given.length === 1 && given[0]?.path.length === 0 ? unwrap(given[0].value) : undefined
  while (made?.type === 'CallExpression') {
    const maker = child(made, 'callee')
    const isBind = maker !== undefined && memberName(unwrap(maker)) === 'bind'
    const isPromise = /(^|\.)promisify$/.test(dotted(maker) ?? '')
    const inner: Node | undefined = isBind
      ? child(maker, 'object')
      : isPromise
        ? children(made, 'arguments')[0]
        : undefined
    made = inner && unwrap(inner)
  }
  return made?.type === 'MemberExpression' ? made : undefined
}

/** A variable of the very function that uses it, or of one request. */
function isLocal(module: Module, object: Node, node: Node): boolean {
  const bare = unwrap(object)
  const binding = bare.type === 'Identifier' ? module.scopes.lookup(bare) : undefined
  if (binding === undefined || binding.scope.type === 'Program') return false
  const { declaration } = binding
  return functionAround(node) === functionAround(declaration) || handlerAround(declaration, module) !== undefined
}

function isFieldOfThis(object: Node, module: Module): boolean {
  const name = dotted(object)
  if (name === undefined || !name.startsWith('this.')) return false
  if (hasField(object, name.slice('this.'.length))) return true
  return module.scopes.memberWrites.some(({ target, value }) => dotted(target) === name && isContainer(unwrap(value)))
}

/** `storage: {}` or `storage = {}` of the object or class around. */
function hasField(node: Node, name: string): boolean {
  const holder = above(node, 'ObjectExpression', 'ClassBody')
  if (holder === undefined) return false
  const fields = [...children(holder, 'properties'), ...children(holder, 'body')]
  const field = fields.find((each) => keyName(each) === name)
  const value = child(field, 'value')
  return value === undefined ? hasField(holder, name) : isContainer(value)
}

const isContainer = (value: Node) =>
  /^(ObjectExpression|ArrayExpression)$/.test(value.type) || /^(Map|Set)$/.test(dotted(child(value, 'callee')) ?? '')
