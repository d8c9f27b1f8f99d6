import type { Module } from '../source/modules.js'
import { child, children, dotted, findAll, keyName, memberName, type Node, unwrap } from '../source/syntax.js'
import { fullName, textOf } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'

/** Where a request says who sends it: the read of a cookie, or of a header with a token. */
export interface Credential {
  readonly module: Module
  /** The read; for `const { sid } = req.cookies` the name that is picked. */
  readonly node: Node
  readonly source: 'cookie' | 'header'
  /** What the cookie or header is called, as far as it can be told. */
  readonly name: string
}

const mentionsCredential = /cookie|authorization|['"`](x-)?((auth|access)-)?token['"`]|headers?\.\w*token/i

/** Every such read in the server's files. */
export function collectCredentials(scope: CodeScope): Credential[] {
  return modulesWith(scope, mentionsCredential).flatMap((module) => [
    ...findAll(module.program, 'CallExpression').flatMap((node) => fromCall(scope, module, node) ?? []),
    ...findAll(module.program, 'MemberExpression').flatMap((node) => fromMember(scope, module, node) ?? []),
    ...findAll(module.program, 'VariableDeclarator').flatMap((node) => picked(scope, module, node)),
  ])
}

const tokenHeader = /^(authorization|(x-)?((auth|access)-)?token|x-session(-id)?)$/i

/** `ctx.cookies.get('sid')`, `getCookie(c, 'sid')`, `ctx.get('Authorization')`. */
function fromCall(scope: CodeScope, module: Module, node: Node): Credential | undefined {
  const callee = child(node, 'callee')
  const given = children(node, 'arguments')
  const called = callee && (callee.type === 'MemberExpression' ? memberName(callee) : dotted(callee))
  const holder = callee && dotted(child(callee, 'object'))
  const first = given[0]
  if (callee === undefined || called === undefined || first === undefined) return undefined
  const text = (argument: Node) => textOf(scope.evaluator.ask(argument, module)) ?? module.slice(argument)
  if (called === 'get' && /(^|\.)cookies?$/i.test(holder ?? ''))
    return { module, node, source: 'cookie', name: text(first) }
  if (/^get(Signed)?Cookie$/.test(called)) return { module, node, source: 'cookie', name: text(given.at(-1) ?? first) }
  const asksHeader = /^(get|header)$/.test(called) && /^(ctx|context|this|req|request|ctx\.request)$/.test(holder ?? '')
  return asksHeader && tokenHeader.test(text(first)) ? { module, node, source: 'header', name: text(first) } : undefined
}

/** `req.cookies.sid`, `req.signedCookies['sid']`, `cookie.parse(header).sid`, `ctx.headers.authorization`. */
function fromMember(scope: CodeScope, module: Module, node: Node): Credential | undefined {
  const object = child(node, 'object')
  const property = child(node, 'property')
  if (object === undefined || property === undefined) return undefined
  const name = memberName(node) ?? textOf(scope.evaluator.ask(property, module)) ?? module.slice(property)
  if (/(^|\.)headers?$/.test(dotted(object) ?? ''))
    return tokenHeader.test(name) ? { module, node, source: 'header', name } : undefined
  const isCalled = node.parent?.type === 'CallExpression' && child(node.parent, 'callee') === node
  const isWritten = node.parent?.type === 'AssignmentExpression' && child(node.parent, 'left') === node
  return !isCalled && !isWritten && isJar(scope, module, object) ? { module, node, source: 'cookie', name } : undefined
}

/** `const { sid } = req.cookies`. */
function picked(scope: CodeScope, module: Module, node: Node): Credential[] {
  const [pattern, from] = [child(node, 'id'), child(node, 'init')]
  if (pattern?.type !== 'ObjectPattern' || from === undefined || !isJar(scope, module, from)) return []
  return children(pattern, 'properties').flatMap((property) => {
    const [name, value] = [keyName(property), child(property, 'value')]
    const bound = value?.type === 'AssignmentPattern' ? child(value, 'left') : value
    return name !== undefined && bound?.type === 'Identifier'
      ? [{ module, node: bound, source: 'cookie' as const, name }]
      : []
  })
}

/** All cookies of a request: `req.cookies`, `cookie.parse(header)`, or a name for them. */
function isJar(scope: CodeScope, module: Module, expression: Node, isNamed = false): boolean {
  const node = unwrap(expression)
  if (node.type === 'LogicalExpression') return isJar(scope, module, child(node, 'left') ?? node, isNamed)
  if (node.type === 'CallExpression') {
    const callee = child(node, 'callee')
    const called = callee && (memberName(callee) ?? dotted(callee))
    if (callee === undefined || !/^parse(Cookies?)?$|^getCookies$/i.test(called ?? '')) return false
    return called !== 'parse' || fullName(scope.evaluator.ask(callee, module)) === 'cookie.parse'
  }
  if (/(^|\.)(signedCookies|cookies)$/.test(dotted(node) ?? '')) return true
  const given = node.type === 'Identifier' && !isNamed ? module.scopes.lookup(node)?.given[0] : undefined
  return given !== undefined && given.path.length === 0 && isJar(scope, module, given.value, true)
}
