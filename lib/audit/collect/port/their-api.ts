import type { Module } from '../../source/modules.js'
import { above, child, children, findAll, keyName, memberName, type Node } from '../../source/syntax.js'

/** Files that may use what other libraries put on the context or the session. */
export const mentionsTheirApi =
  /regenerateSession|manuallyCommit|sessionId|sessionSave|sessionStore|sessionHandler|refresh|sessionOptions|externalKey|_sessCtx/

const ofContext = /^(regenerateSession|sessionId|sessionSave|sessionStore|sessionHandler|sessionOptions)$/
const ofSession = /^(refresh|externalKey)$/
const context = /^(ctx|context)$|C(tx|ontext)$/

/** Whether the code uses what other libraries put on the context or the session, and sharedSession() does not. */
export function usesTheirApi({ program }: Module): boolean {
  return findAll(program, 'MemberExpression').some(isTheirs) || findAll(program, 'ObjectPattern').some(takesTheirs)
}

function isTheirs(member: Node): boolean {
  const name = memberName(member) ?? ''
  const object = child(member, 'object')
  if (/^(manuallyCommit|_sessCtx)$/.test(name)) return true
  if (ofSession.test(name)) return /session$/i.test(lastName(object))
  return ofContext.test(name) && isContext(object)
}

/** `const { sessionId } = ctx`, `({ sessionId }) => …`. */
function takesTheirs(pattern: Node): boolean {
  const { parent } = pattern
  const isTaken = children(pattern, 'properties').some((property) => ofContext.test(keyName(property) ?? ''))
  return (
    isTaken &&
    (parent?.type === 'VariableDeclarator' ? isContext(child(parent, 'init')) : /Function/.test(parent?.type ?? ''))
  )
}

/** In a class, `this` is an object of the app's own. */
const isContext = (node: Node | undefined): boolean =>
  node?.type === 'ThisExpression' ? above(node, 'ClassBody') === undefined : context.test(lastName(node))

const lastName = (node: Node | undefined): string =>
  node?.type === 'MemberExpression' ? (memberName(node) ?? '') : String(node?.name ?? '')
