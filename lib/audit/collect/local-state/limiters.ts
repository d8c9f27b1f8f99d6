import type { LocalStateFact } from '../../facts/local-state.js'
import { above, child, children, findAll, keyName, memberName, type Node } from '../../source/syntax.js'
import { fieldOf, textOf, type Value } from '../../source/value.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { type NamedCall, namedCalls, nameOf } from '../named-calls.js'

/** What tells that a limiter counts somewhere shared. */
interface Limiter {
  readonly name: RegExp
  /** Options, any of which names a shared store. */
  readonly shared: readonly string[]
}

const limiters: readonly Limiter[] = [
  { name: /^koa2-ratelimit\.RateLimit\.(middleware|defaultOptions)$/, shared: ['store'] },
  { name: /^express-rate-limit(\.rateLimit)?$/, shared: ['store'] },
  { name: /^express-slow-down(\.slowDown)?$/, shared: ['store'] },
  { name: /^(koa-better-ratelimit|koa-limit)$/, shared: ['db', 'store', 'redis'] },
]

const anywhere = /rate-?limit|slow-down|koa-limit|express-brute/i

/** Rate limiters that count in the memory of one process. */
export function limitersInMemory(scope: CodeScope): LocalStateFact[] {
  return [
    ...limiters.flatMap((limiter) => withoutStore(scope, limiter)),
    ...koaRatelimit(scope),
    ...namedCalls(scope, anywhere, /^(rate-limiter-flexible\.RateLimiterMemory|express-brute\.MemoryStore)$/)
      .filter((call) => !isInsurance(call))
      .map((call) => fact(call, 'RateLimiterMemory')),
    ...fastify(scope),
  ]
}

function withoutStore(scope: CodeScope, { name, shared }: Limiter): LocalStateFact[] {
  const calls = namedCalls(scope, anywhere, name)
  const isShared = ({ arguments: [first], module }: NamedCall) =>
    first !== undefined && sharesBy(scope.evaluator.ask(first, module), shared)
  const defaults = calls.filter((call) => call.name.endsWith('.defaultOptions'))
  if (defaults.some(isShared)) return []
  return calls.filter((call) => !defaults.includes(call) && !isShared(call)).map((call) => fact(call, call.name))
}

/** A store is given, or may be: options that are not all known tell nothing. */
function sharesBy(options: Value, names: readonly string[]): boolean {
  if (options.kind === 'undefined') return false
  if (options.kind !== 'object') return true
  if (names.some((name) => isGiven(fieldOf(options, name)?.value))) return true
  return options.open
}

const isGiven = (value: Value | undefined) =>
  value !== undefined &&
  value.kind !== 'undefined' &&
  !(value.kind === 'new' && /MemoryStore|\bMap\b/.test(value.origin.module.slice(value.origin.node)))

/** koa-ratelimit: `driver: 'memory'`, or a Map for a database. */
function koaRatelimit(scope: CodeScope): LocalStateFact[] {
  return namedCalls(scope, anywhere, /^koa-ratelimit(\.default)?$/).flatMap((call) => {
    const [first] = call.arguments
    const options = first && scope.evaluator.ask(first, call.module)
    const driver = textOf(fieldOf(options, 'driver')?.value)
    return driver === 'memory' ? [fact(call, 'koa-ratelimit')] : []
  })
}

/** In front of a shared limiter, for when that one is down. */
function isInsurance({ node, module }: NamedCall): boolean {
  const holder = above(node, 'Property', 'PropertyDefinition', 'ClassProperty', 'VariableDeclarator')
  if (holder === undefined) return false
  const name = holder.type === 'VariableDeclarator' ? String(child(holder, 'id')?.name) : keyName(holder)
  if (name === undefined || name === 'insuranceLimiter') return name !== undefined
  return new RegExp(`insuranceLimiter\\s*[:=]\\s*[\\w.]*\\b${name.replace(/\W/g, '')}\\b`).test(module.text)
}

/** `fastify.register(rateLimit, { max: 100 })`: the plugin is an argument, not what is called. */
function fastify(scope: CodeScope): LocalStateFact[] {
  return modulesWith(scope, /fastify[/-]rate-limit/).flatMap((module) =>
    findAll(module.program, 'CallExpression').flatMap((node) => {
      const [plugin, given] = children(node, 'arguments')
      if (plugin === undefined || memberName(child(node, 'callee') ?? node) !== 'register') return []
      if (!/^@?fastify[/-]rate-limit$/.test(nameOf(scope.evaluator.ask(plugin, module)) ?? '')) return []
      const isShared = given !== undefined && sharesBy(scope.evaluator.ask(given, module), ['redis', 'store'])
      return isShared ? [] : [fact({ module, node }, '@fastify/rate-limit')]
    }),
  )
}

function fact({ module, node }: { module: NamedCall['module']; node: Node }, name: string): LocalStateFact {
  const library = packageOf(name)
  return {
    kind: 'rate-limit',
    what: `the counts of ${library}, in memory`,
    place: module.at(node),
    confidence: 'high',
    identity: false,
    carriesLogin: false,
    library,
    uses: [],
  }
}

const packageOf = (name: string) =>
  name === 'RateLimiterMemory' ? 'rate-limiter-flexible' : (/^(@[^/]+\/)?[^.]+/.exec(name)?.[0] ?? name)
