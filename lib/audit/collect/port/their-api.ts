import type { Edit } from '../../edit.js'
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
  return (
    findAll(program, 'MemberExpression').some((member) => isTheirs(member) && renewal(member) === undefined) ||
    findAll(program, 'ObjectPattern').some(takesTheirs)
  )
}

/** `await ctx.regenerateSession()` of koa-generic-session, which begins an empty session under a new id. */
export function renewalEdits(module: Module): Edit[] {
  return findAll(module.program, 'MemberExpression').flatMap((member) => {
    const statement = isTheirs(member) ? renewal(member) : undefined
    const object = child(member, 'object')
    if (statement === undefined || object === undefined) return []
    const place = module.at(statement)
    const session = `${module.slice(object)}.session`
    const end = module.slice(statement).endsWith(';') ? ';' : ''
    const text = `${session} = null${end}\n${' '.repeat(place.column - 1)}${session} = {}${end}`
    return [{ file: module.file, start: place.start, end: place.end, text }]
  })
}

/** The statement that is such a call and nothing else, among others of a block. */
function renewal(member: Node): Node | undefined {
  const call = memberName(member) === 'regenerateSession' ? member.parent : undefined
  const waits = call?.type === 'CallExpression' && child(call, 'callee') === member ? call.parent : undefined
  const statement = waits?.type === 'AwaitExpression' ? waits.parent : undefined
  return statement?.type === 'ExpressionStatement' && statement.parent?.type === 'BlockStatement'
    ? statement
    : undefined
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
