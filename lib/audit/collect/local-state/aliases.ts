import type { Module } from '../../source/modules.js'
import { child, children, dotted, memberName, type Node } from '../../source/syntax.js'
import { identifiersOf } from '../module-index.js'

/** A change of the very thing that is kept: `cart.push(item)`, `cart.count++`, `Object.assign(cart, item)`. */
export interface Change {
  readonly node: Node
  /** What is put in. */
  readonly value: Node | undefined
}

const changing = /^(set|add|push|unshift|splice|append|put|delete|clear|pop|shift|fill|sort|reverse)$/

/** How the thing is changed that this expression means, where it is. What is waited for is done elsewhere: `await client.set(…)`. */
export function changeOf(thing: Node): Change | undefined {
  let next = thing
  while (next.parent?.type === 'MemberExpression' && child(next.parent, 'object') === next) next = next.parent
  const outer = next.parent
  if (outer === undefined) return undefined
  if (outer.type === 'CallExpression') return next === thing ? byAssign(thing, outer) : byMethod(next, outer)
  if (next === thing) return undefined
  if (outer.type === 'UpdateExpression') return { node: outer, value: undefined }
  if (outer.type === 'UnaryExpression' && outer.operator === 'delete') return { node: outer, value: undefined }
  if (outer.type === 'AssignmentExpression' && child(outer, 'left') === next)
    return { node: outer, value: child(outer, 'right') }
  return undefined
}

function byMethod(member: Node, call: Node): Change | undefined {
  if (child(call, 'callee') !== member || !changing.test(memberName(member) ?? '')) return undefined
  if (call.parent?.type === 'AwaitExpression') return undefined
  return { node: call, value: children(call, 'arguments').at(-1) }
}

function byAssign(thing: Node, call: Node): Change | undefined {
  const given = children(call, 'arguments')
  if (given[0] !== thing || dotted(child(call, 'callee')) !== 'Object.assign') return undefined
  return { node: call, value: given[1] }
}

const passing =
  /^(LogicalExpression|ConditionalExpression|AwaitExpression|ParenthesizedExpression|TS\w+|ChainExpression)$/

/** Each use of the variable that is given this expression: `cart` of `const cart = carts.get(id) ?? []`. */
export function usesOfVariable(given: Node, module: Module): Node[] {
  let next = given
  while (next.parent !== undefined && passing.test(next.parent.type) && child(next.parent, 'test') !== next)
    next = next.parent
  const outer = next.parent
  const id =
    outer?.type === 'VariableDeclarator' && child(outer, 'init') === next
      ? child(outer, 'id')
      : outer?.type === 'AssignmentExpression' && child(outer, 'right') === next
        ? child(outer, 'left')
        : undefined
  return id?.type === 'Identifier' ? usesOfName(id, module).filter((use) => use !== id) : []
}

/** Each mention of a variable of a function. */
export function usesOfName(id: Node, module: Module): Node[] {
  const binding = module.scopes.lookup(id)
  if (binding === undefined || binding.scope.type === 'Program') return []
  return identifiersOf(module, binding.name).filter((use) => module.scopes.lookup(use) === binding && !isDeclared(use))
}

const isDeclared = (use: Node) => use.parent?.type === 'VariableDeclarator' && child(use.parent, 'id') === use
