import { child, children, type Node, unwrap } from '../../source/syntax.js'
import type { CodeScope } from '../code-scope.js'
import { type Access, accessesOf, deepest } from './accesses.js'
import type { Holder } from './holders.js'
import { type Origin, originOf } from './origins.js'

/** A use of a holder, and what a written value is made of. */
export interface Traced extends Access {
  readonly origin: Origin | undefined
}

/** What is done to a holder; a value made of what was there before adds to it. */
export function tracedAccesses(scope: CodeScope, holder: Holder): Traced[] {
  const own = new Set(holder.references.map(({ node }) => deepest(node, holder.parts)))
  const isHolder = (node: Node) => own.has(unwrap(node))
  return accessesOf(scope, holder).map((access) => {
    const { value, module, node, does } = access
    if (does !== 'insert' || value === undefined) return { ...access, origin: undefined }
    const origin = originOf(value, { scope, module, node, key: access.keyNode, isHolder })
    return { ...access, origin, accumulates: access.accumulates || (origin.old && !fillsGap(access)) }
  })
}

/** `config.salt = config.salt || 'abc'`: what was there stays. */
function fillsGap({ node, module }: Access): boolean {
  const [target, value] = [child(node, 'left'), child(node, 'right')]
  const first = value?.type === 'LogicalExpression' ? child(value, 'left') : undefined
  return target !== undefined && first !== undefined && module.slice(first) === module.slice(target)
}

/** Whether no other process comes to this value by the key alone: it is drawn, of the hour, or of this one request. */
export const isOwn = ({ origin }: Traced): boolean =>
  origin !== undefined && (origin.chance || origin.time || origin.request)

/** `[]`, `{}`, `new Set()`: what is kept is put in later. */
export function isEmptyBox(value: Node | undefined): boolean {
  const bare = value && unwrap(value)
  if (bare?.type === 'ArrayExpression') return children(bare, 'elements').length === 0
  if (bare?.type === 'ObjectExpression') return children(bare, 'properties').length === 0
  return bare?.type === 'NewExpression' && children(bare, 'arguments').length === 0
}
