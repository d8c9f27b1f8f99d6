import { isFunction, type Node } from './syntax.js'

/** Where `var` declares: the function around, or the program. */
export function functionScope(node: Node): Node {
  let next = node
  while (next.parent !== undefined && !isFunction(next)) next = next.parent
  return next
}

const blocks = new Set([
  'BlockStatement',
  'Program',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'StaticBlock',
  'SwitchStatement',
  'TSModuleBlock',
])

/** Where `let`, `const`, classes and functions are declared. */
export function blockScope(node: Node): Node {
  let next = node.parent ?? node
  while (next.parent !== undefined && !blocks.has(next.type) && !isFunction(next)) next = next.parent
  return next
}
