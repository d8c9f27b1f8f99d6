import type { LocalStateFact } from '../../facts/local-state.js'
import type { Module } from '../../source/modules.js'
import { child, children, findAll, isFunction, memberName, type Node } from '../../source/syntax.js'
import { fieldOf, textOf, type Value } from '../../source/value.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { namedCalls } from '../named-calls.js'
import { handlerAround } from './handlers.js'

/** Caches of pages whose key does not tell who is logged in. */
export function pageCaches(scope: CodeScope): LocalStateFact[] {
  return [...koaCash(scope), ...apicache(scope), ...publicAnswers(scope), ...ownCaches(scope)]
}

const tellsUsers = /session|cookie|user|authorization|isAuthenticated|headers|\.state\b|\.get\(/i

/** koa-cash and its like: `hash` makes the key, by default of the URL alone. */
function koaCash(scope: CodeScope): LocalStateFact[] {
  return namedCalls(
    scope,
    /koa-cash|koa-page-cache|koa-redis-cache|koa-cacheable/,
    /^koa-(cash|page-cache|redis-cache|cacheable)$/,
  ).flatMap(({ module, node, name, arguments: [first] }) => {
    const options = first && scope.evaluator.ask(first, module)
    if (options !== undefined && options.kind !== 'object') return []
    const hash = fieldOf(options, 'hash') ?? fieldOf(options, 'passParam')
    if (hash !== undefined && tellsUsers.test(hash.module.slice(hash.node))) return []
    if (hash === undefined && options?.kind === 'object' && options.open) return []
    return [cache(module.at(node), `pages kept by ${name}, by their URL alone`, name, 'high')]
  })
}

/** apicache takes the URL, and what `appendKey` adds. */
function apicache(scope: CodeScope): LocalStateFact[] {
  const calls = namedCalls(scope, /apicache/, /^apicache\.(middleware|default\.middleware|options)$/)
  const appends = modulesWith(scope, /apicache/).some(({ text }) => /appendKey/.test(text))
  const first = calls.find(({ name }) => name.endsWith('middleware'))
  return first === undefined || appends
    ? []
    : [cache(first.module.at(first.node), 'pages kept by apicache, by their URL alone', 'apicache', 'high')]
}

const isPublic = /(^|[\s,])public\b|s-maxage/i
const readsSession = /\b(ctx|req|request|this)\.(session|user|isAuthenticated\b)|\bctx\.state\.user\b/

/** `Cache-Control: public` on an answer made from the session. */
function publicAnswers(scope: CodeScope): LocalStateFact[] {
  return modulesWith(scope, /cache-control/i).flatMap((module) =>
    findAll(module.program, 'CallExpression').flatMap((node) => {
      const [name, value] = children(node, 'arguments')
      if (name === undefined || value === undefined || !/^(set|header|setHeader|append)$/.test(methodOf(node)))
        return []
      if (textOf(scope.evaluator.ask(name, module))?.toLowerCase() !== 'cache-control') return []
      if (!isPublic.test(textOf(scope.evaluator.ask(value, module)) ?? '')) return []
      const handler = handlerAround(node, module)
      if (handler === undefined || !answersFromSession(handler, node, module)) return []
      return [cache(module.at(node), 'Cache-Control: public on an answer made from the session', undefined, 'medium')]
    }),
  )
}

const methodOf = (call: Node) => memberName(child(call, 'callee') ?? call) ?? ''

/** The handler reads the session into its answer, and no condition of its own keeps users apart. */
function answersFromSession(handler: Node, node: Node, module: Module): boolean {
  for (let next = node.parent; next !== undefined && next !== handler; next = next.parent) {
    const test = next.type === 'IfStatement' || next.type === 'ConditionalExpression' ? child(next, 'test') : undefined
    if (test && tellsUsers.test(module.slice(test))) return false
  }
  const text = module.slice(handler)
  return (
    readsSession.test(text) &&
    /\bctx\.body\s*=|\bthis\.body\s*=|\bres\.(send|json|render|end)\b|\.render\s*\(/.test(text)
  )
}

const byUrl = /^(ctx|req|request|this)\.(request\.)?(url|path|originalUrl|href)$/

const keepsPages = /\.(set|put|setex)\s*\(|\]\s*=[^=]/
const mentionsUrl = /\.(url|path|originalUrl|href)\b/

/** `pages.get(ctx.url)` answered, `pages.set(ctx.url, ctx.body)` kept, in an app's own middleware. */
function ownCaches(scope: CodeScope): LocalStateFact[] {
  return modulesWith(
    scope,
    ({ text }) => keepsPages.test(text) && mentionsUrl.test(text) && readsSession.test(text),
  ).flatMap((module) =>
    findAll(module.program, 'CallExpression', 'AssignmentExpression').flatMap((node) => {
      const kept = keptPage(scope, node, module)
      const handler = kept ? handlerAround(node, module) : undefined
      if (handler === undefined || !isFunction(handler) || tellsUsers.test(conditionsAround(node, handler, module)))
        return []
      if (!/body\s*=|\.(send|end)\(/.test(module.slice(handler))) return []
      if (!isBehindSession(module.slice(handler))) return []
      return [cache(module.at(node), 'pages kept by their URL alone', undefined, 'medium')]
    }),
  )
}

const isBehindSession = (text: string) => readsSession.test(text)

/** The key of what keeps a body. */
function keptPage(scope: CodeScope, node: Node, module: Module): boolean {
  const isCall = node.type === 'CallExpression'
  if (isCall && !/^(set|put|setex)$/.test(methodOf(node))) return false
  const left = child(node, 'left')
  const key = isCall ? children(node, 'arguments')[0] : left?.computed === true ? child(left, 'property') : undefined
  const value = isCall ? children(node, 'arguments').slice(1) : [child(node, 'right')]
  if (key === undefined || !byUrl.test(sourceOf(scope, key, module))) return false
  return value.some((each) => each !== undefined && /\bbody\b|html/i.test(module.slice(each)))
}

/** `ctx.url` for `const key = ctx.url`. */
function sourceOf(scope: CodeScope, key: Node, module: Module): string {
  const value: Value = scope.evaluator.ask(key, module)
  const given = key.type === 'Identifier' ? module.scopes.lookup(key)?.given[0]?.value : undefined
  return given ? module.slice(given) : value.kind === 'literal' ? '' : module.slice(key)
}

function conditionsAround(node: Node, handler: Node, module: Module): string {
  const found: string[] = []
  for (let next = node.parent; next !== undefined && next !== handler; next = next.parent) {
    const test = child(next, 'test')
    if (test) found.push(module.slice(test))
  }
  return found.join(' ')
}

const cache = (
  place: LocalStateFact['place'],
  what: string,
  library: string | undefined,
  confidence: LocalStateFact['confidence'],
): LocalStateFact => ({
  kind: 'page-cache',
  what,
  place,
  confidence,
  identity: false,
  carriesLogin: false,
  library,
  uses: [],
})
