import { child, findAll, isInside, type Node } from '../../source/syntax.js'
import type { Access } from './accesses.js'
import { usesOfVariable } from './aliases.js'

/** Whether what is read only serves to write again, as where a count is raised that nobody asks for. */
export function servesOnly({ node, module }: Access, inserts: readonly Access[]): boolean {
  const isWriting = (use: Node) => inserts.some((insert) => isInside(use, insert.node)) || choosesWrite(use, inserts)
  if (isWriting(node)) return true
  const uses = usesOfVariable(node, module)
  return uses.length > 0 && uses.every(isWriting)
}

/** `if (!lists.has(id)) lists.set(id, [])`: the test of a branch in which nothing but a write happens. */
function choosesWrite(use: Node, inserts: readonly Access[]): boolean {
  let next = use
  while (next.parent !== undefined && next.parent.type !== 'IfStatement') next = next.parent
  const choice = next.parent
  if (choice === undefined || child(choice, 'test') !== next) return false
  const done = findAll(choice, 'ExpressionStatement', 'ReturnStatement', 'ThrowStatement', 'VariableDeclaration')
  return done.every((each) => inserts.some(({ node }) => node.parent === each || child(each, 'expression') === node))
}
