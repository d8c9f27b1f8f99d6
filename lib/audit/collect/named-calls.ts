import type { Module } from '../source/modules.js'
import { child, children, type Node, rootOf } from '../source/syntax.js'
import { fullName, type Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { callsOf } from './module-index.js'

/** A call or `new` of something that has a well-known name. */
export interface NamedCall {
  readonly module: Module
  readonly node: Node
  /** `cluster.fork`, `socket.io.Server`; without `node:`. */
  readonly name: string
  readonly arguments: readonly Node[]
}

/** Calls in the server's modules by the full name of what is called. Only modules whose text has `pattern` are read. */
export function namedCalls(scope: CodeScope, pattern: RegExp, name: RegExp): NamedCall[] {
  return modulesWith(scope, pattern).flatMap((module) => callsIn(scope, module, name))
}

/** The same, in one module. */
export function callsIn(scope: CodeScope, module: Module, name: RegExp): NamedCall[] {
  return callsOf(module).flatMap((node) => {
    const found = calledName(scope, module, node)
    return found !== undefined && name.test(found)
      ? [{ module, node, name: found, arguments: children(node, 'arguments') }]
      : []
  })
}

/** The full name of what this call calls, where it is an import or a global. */
export function calledName(scope: CodeScope, module: Module, call: Node): string | undefined {
  const callee = child(call, 'callee')
  if (callee === undefined || !mayBeNamed(callee, module)) return undefined
  return nameOf(scope.evaluator.ask(callee, module))
}

/** The full name of a value without `node:`. */
export const nameOf = (value: Value): string | undefined => fullName(value)?.replace(/^node:/, '')

/** Whether following the callee can lead to a package at all. Following costs more than looking. */
function mayBeNamed(callee: Node, module: Module): boolean {
  const root = rootOf(callee)
  if (root.type === 'ImportExpression' || root.type === 'CallExpression') return !isAnswer(root, module)
  if (root.type !== 'Identifier') return false
  const binding = module.scopes.lookup(root)
  return binding !== undefined && (binding.kind === 'import' || binding.kind === 'variable')
}

/** Whether this begins with what another call answers: `rows.map(one).filter`, but not `require('koa').default`. */
export function isAnswer(callee: Node, module: Module): boolean {
  const root = rootOf(callee)
  return root.type === 'CallExpression' && !/^(require|import)\b/.test(module.slice(root))
}

/** What a call or `new` made: its full name, where it is a call of something well-known. */
export function madeBy(value: Value): string | undefined {
  return value.kind === 'call' || value.kind === 'new' ? nameOf(value.callee) : undefined
}
