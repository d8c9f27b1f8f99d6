import { child, children, type Node } from '../../source/syntax.js'
import { fieldOf, fullName, type Value } from '../../source/value.js'
import type { CodeScope } from '../code-scope.js'
import { type Call, NotPortable } from './given-options.js'

/** Options of ioredis that mean the same to sharedSession(); what koa-redis adds of its own is not among them. */
const ofConnection = new Set(
  `host port path username password db family tls connectTimeout retryStrategy maxRetriesPerRequest keepAlive
  connectionName sentinels name sentinelPassword enableReadyCheck`.split(/\s+/),
)

/** Whether the store is koa-redis, made where it can be read. */
export function koaRedisOf(store: Value | undefined): (Value & { kind: 'call' | 'new' }) | undefined {
  if (store?.kind !== 'call' && store?.kind !== 'new') return undefined
  return fullName(store.callee) === 'koa-redis' ? store : undefined
}

/** The `redis` of sharedSession() for what koa-redis is given. @throws NotPortable */
export function redisAddress(
  scope: CodeScope,
  { module }: Call,
  store: Value & { kind: 'call' | 'new' },
): { readonly text: string; readonly kept: readonly Node[] } {
  const [argument] = store.arguments
  if (argument === undefined) return { text: "'redis://127.0.0.1:6379'", kept: [] }
  if (store.origin.module !== module) throw new NotPortable('the address of its Redis is in another file')
  const value = scope.evaluator.ask(argument, module)
  if (value.kind !== 'object' || value.open) throw new NotPortable('the options of its Redis cannot be read whole')
  const names = [...value.fields.keys()]
  if (names.length === 0) return { text: "'redis://127.0.0.1:6379'", kept: [] }
  const only = names.length === 1 ? names[0] : undefined
  if (only === 'url' || only === 'client') {
    const part = partOf(argument, value, only)
    if (part === undefined) throw new NotPortable('the address of its Redis is read from elsewhere')
    return { text: module.slice(part), kept: [part] }
  }
  const strange = names.find((name) => !ofConnection.has(name))
  if (strange !== undefined)
    throw new NotPortable(`the option ${strange} of its Redis has no counterpart that is decided here`)
  return { text: module.slice(argument), kept: [argument] }
}

/** The expression of one option in the literal. */
function partOf(argument: Node, value: Value, name: string): Node | undefined {
  if (argument.type !== 'ObjectExpression') return undefined
  const node = fieldOf(value, name)?.node
  const isHere = node !== undefined && children(argument, 'properties').includes(node)
  return isHere ? child(node, 'value') : undefined
}
