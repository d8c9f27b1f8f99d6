import type { Module } from '../source/modules.js'
import { child, isFunction, memberName, type Node } from '../source/syntax.js'
import { type CodeScope, isOfServer } from './code-scope.js'
import { handlerAround, nameOfFunction } from './local-state/handlers.js'
import { callsTo as allCallsTo } from './module-index.js'

/** What may keep a place from running: a condition around it. */
export type Hindrance = (node: Node, module: Module) => boolean

const nothing: Hindrance = () => false

/** Whether this runs when the process starts: outside all functions, or in functions that are called there. */
export function runsAtStart(
  scope: CodeScope,
  node: Node,
  module: Module,
  hindered: Hindrance = nothing,
  depth = 0,
): boolean {
  if (handlerAround(node, module) !== undefined || hindered(node, module)) return false
  for (let next = node.parent; next !== undefined; next = next.parent)
    if (isFunction(next) && !isCalledAtOnce(next))
      return depth < 3 && isCalledAtStart(scope, next, module, hindered, depth)
  return true
}

const follows = /^(then|catch|finally|listen|once|connect|authenticate|forEach|map)$/

/** `(async () => {})()`, `connect().then(() => {})`, `server.listen(port, () => {})`. */
export function isCalledAtOnce(fn: Node): boolean {
  const call = fn.parent
  if (call?.type !== 'CallExpression') return false
  const callee = child(call, 'callee')
  return callee === fn || (callee?.type === 'MemberExpression' && follows.test(memberName(callee) ?? ''))
}

/** A named function that its own file, or one that imports it, calls at start. */
function isCalledAtStart(scope: CodeScope, fn: Node, module: Module, hindered: Hindrance, depth: number): boolean {
  const name = nameOfFunction(fn) ?? (fn.parent?.type === 'ExportDefaultDeclaration' ? 'default' : undefined)
  if (name === undefined || fn.parent?.type === 'MethodDefinition') return false
  if (callsTo(module, name, fn).some((call) => runsAtStart(scope, call, module, hindered, depth + 1))) return true
  return scope.modules.importersOf(module.file).some((file) => {
    if (!isOfServer(scope, file)) return false
    const other = scope.modules.get(file)
    return (
      other !== undefined && callsTo(other, name).some((call) => runsAtStart(scope, call, other, hindered, depth + 1))
    )
  })
}

const callsTo = (module: Module, name: string, not?: Node): Node[] =>
  allCallsTo(module, name).filter((call) => !isWithin(call, not))

const isWithin = (node: Node, outer: Node | undefined) =>
  outer !== undefined && node.start >= outer.start && node.end <= outer.end
