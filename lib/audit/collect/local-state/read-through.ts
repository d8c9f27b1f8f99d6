import { child, dotted, findAll, memberName, type Node, unwrap } from '../../source/syntax.js'
import type { Access } from './accesses.js'

const looksUp = /get|find|load|fetch|read|query|select|look_?up|by_?id/i

/** `if (!users.has(id)) users.set(id, await db.findUser(id))`: another process comes to the same by the key. */
export function isReadThrough(insert: Access, all: readonly Access[]): boolean {
  const { key, value, node, inside, module } = insert
  const isAsked = all.some(
    (each) => each.does === 'read' && each.inside === inside && each.key === key && each.node.start < node.start,
  )
  const call = key === undefined || value === undefined || !isAsked ? undefined : awaitedCall(insert, value)
  const callee = call && child(call, 'callee')
  if (call === undefined || callee === undefined || key === undefined) return false
  const name = memberName(callee) ?? dotted(callee) ?? ''
  return (
    looksUp.test(name) && findAll(call, 'Identifier', 'MemberExpression').some((each) => module.slice(each) === key)
  )
}

/** The call that is waited for, here or where the name gets its value. */
function awaitedCall({ module }: Access, value: Node): Node | undefined {
  const bare = unwrap(value)
  const given = bare.type === 'Identifier' ? module.scopes.lookup(bare)?.given : undefined
  const made = given?.length === 1 && given[0]?.path.length === 0 ? given[0].value : value
  const [awaited] = findAll(made, 'AwaitExpression')
  const call = awaited && child(awaited, 'argument')
  return call?.type === 'CallExpression' ? call : undefined
}
