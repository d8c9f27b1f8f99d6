import type { Module } from '../../source/modules.js'
import { child, children, isFunction, keyName, memberName, type Node } from '../../source/syntax.js'
import { type CodeScope, isOfServer } from '../code-scope.js'
import { callsTo } from '../module-index.js'

const parameterNames = /^_?(ctx|context|req|request|socket|ws|reply|websocket)\d?$/
const destructured = /^(request|session|cookies|ctx|req)$/
const passportNames = /^(done|cb|profile|accessToken)$/

/** Whether a function answers requests: by its parameters, or by what a Koa 1 generator or an Egg controller reads of `this`. */
export function isHandler(fn: Node, module: Module): boolean {
  const parameters = children(fn, 'params').slice(0, 4)
  if (parameters.some(isRequest)) return true
  if (isPassportCallback(fn, parameters)) return true
  if (fn.type === 'ArrowFunctionExpression') return false
  const text = module.slice(fn)
  if (fn.generator === true) return /\bthis\.(request|req|session|params|query|cookies|body|state)\b/.test(text)
  return fn.parent?.type === 'MethodDefinition' && /\bthis\.ctx\b|\bctx\b[^=\n]{0,60}=\s*this\b/.test(text)
}

function isRequest(parameter: Node): boolean {
  const bare = parameter.type === 'AssignmentPattern' ? (child(parameter, 'left') ?? parameter) : parameter
  if (bare.type === 'Identifier') return parameterNames.test(String(bare.name))
  if (bare.type !== 'ObjectPattern') return false
  return children(bare, 'properties').some((property) => destructured.test(keyName(property) ?? ''))
}

/** `passport.deserializeUser((id, done) => …)`, `new Strategy(options, (token, secret, profile, done) => …)`. */
function isPassportCallback(fn: Node, parameters: readonly Node[]): boolean {
  const call = fn.parent
  if (call === undefined || !/^(Call|New)Expression$/.test(call.type) || child(call, 'callee') === fn) return false
  const callee = child(call, 'callee')
  const name = callee && (callee.type === 'MemberExpression' ? memberName(callee) : String(callee.name ?? ''))
  if (!/^(de)?serializeUser$|Strategy$/.test(name ?? '')) return false
  return parameters.some((each) => passportNames.test(String(each.name)) || /user|id/i.test(String(each.name)))
}

/** The handler that the node is in, however deep. */
export function handlerAround(node: Node, module: Module): Node | undefined {
  for (let next = node.parent; next !== undefined; next = next.parent)
    if (isFunction(next) && isHandler(next, module)) return next
  return undefined
}

/** The handler in which the node runs: it is in one, or its function is called by one. */
export function handlerOf(scope: CodeScope, node: Node, module: Module): Node | undefined {
  const around = handlerAround(node, module)
  if (around !== undefined) return around
  for (let next = node.parent; next !== undefined; next = next.parent) {
    const caller = isFunction(next) ? callingHandler(scope, next, module) : undefined
    if (caller !== undefined) return caller
  }
  return undefined
}

/** A handler that calls the function by name, in its own file or in one that imports it. */
function callingHandler(scope: CodeScope, fn: Node, module: Module): Node | undefined {
  const name = nameOfFunction(fn)
  if (name === undefined || /^(constructor|render|get|set|init|default)$/.test(name)) return undefined
  const own = callIn(name, module, true)
  return own ?? callElsewhere(scope, name, module)
}

/** The name by which a function is called: its own, its variable's, its property's. */
export function nameOfFunction(fn: Node): string | undefined {
  const id = child(fn, 'id')
  if (id) return String(id.name)
  const parent = fn.parent
  if (parent?.type === 'VariableDeclarator') return textOfName(child(parent, 'id'))
  if (parent?.type === 'Property' || parent?.type === 'MethodDefinition') return keyName(parent)
  if (parent?.type === 'PropertyDefinition' || parent?.type === 'ClassProperty') return keyName(parent)
  const left = parent?.type === 'AssignmentExpression' ? child(parent, 'left') : undefined
  return left?.type === 'MemberExpression' ? memberName(left) : textOfName(left)
}

const textOfName = (node: Node | undefined) => (node?.type === 'Identifier' ? String(node.name) : undefined)

function callElsewhere(scope: CodeScope, name: string, module: Module): Node | undefined {
  for (const file of scope.modules.importersOf(module.file)) {
    if (!isOfServer(scope, file)) continue
    const other = scope.modules.get(file)
    const found = other && callIn(name, other, false)
    if (found !== undefined) return found
  }
  return undefined
}

/** A handler with this call. In its own file a method counts only on `this`. */
function callIn(name: string, module: Module, own: boolean): Node | undefined {
  for (const call of callsTo(module, name)) {
    const callee = child(call, 'callee')
    const isForeign = callee?.type === 'MemberExpression' && own && child(callee, 'object')?.type !== 'ThisExpression'
    const handler = isForeign ? undefined : handlerAround(call, module)
    if (handler !== undefined) return handler
  }
  return undefined
}
