import { namesSecret, namesSecretInSource } from '../../secret-names.js'
import type { Module } from '../../source/modules.js'
import { child, children, findAll, keyName, memberName, type Node, unwrap } from '../../source/syntax.js'
import { calledName, textsOf } from './text-in.js'

/** Texts that let somebody in: what a password or token is compared with, and passwords by the names of users. */
export function textsCompared(module: Module): readonly string[] {
  return findAll(module.program, 'Literal').flatMap((node) => {
    const texts = textsOf(node, module)
    return texts.length > 0 && (asked(node).some(isSecret) || isOfUser(node)) ? texts : []
  })
}

/** What is compared with the literal: `x === 'a'`, `case 'a':`, `['a'].includes(x)`. */
function asked(literal: Node): readonly Node[] {
  const { parent } = literal
  if (parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(String(parent.operator)))
    return [...nodeIn(parent, 'left'), ...nodeIn(parent, 'right')].filter((side) => side !== literal)
  if (parent?.type === 'SwitchCase') return nodeIn(parent.parent, 'discriminant')
  const call = parent?.type === 'ArrayExpression' ? parent.parent?.parent : undefined
  const isIncludes = call?.type === 'CallExpression' && /^(includes|indexOf)$/.test(calledName(call) ?? '')
  return isIncludes && child(child(call, 'callee'), 'object') === parent ? children(call, 'arguments') : []
}

function nodeIn(node: Node | undefined, name: string): readonly Node[] {
  const inside = child(node, name)
  return inside === undefined ? [] : [inside]
}

function isSecret(expression: Node): boolean {
  const node = unwrap(expression)
  if (node.type === 'Identifier') return namesSecretInSource(String(node.name))
  if (node.type === 'MemberExpression') return isTelling(memberName(node) ?? '')
  if (node.type !== 'CallExpression') return false
  const [first] = children(node, 'arguments')
  if (first === undefined) return nodeIn(child(node, 'callee'), 'object').some(isSecret)
  return typeof first.value === 'string' ? isTelling(first.value) : isSecret(first)
}

/** Names of fields and of headers: `X-Api-Key`. */
const isTelling = (name: string) =>
  namesSecretInSource(name) || (name.includes('-') && namesSecret(name)) || /^authorization$/i.test(name)

const field = /^(id|name|title|role|label|email|type|kind|url|path|host|text|description)$/

/** `users = { ann: 'x' }`, `logins = new Map([['ann', 'x']])`. */
function isOfUser(literal: Node): boolean {
  const { parent } = literal
  if (parent?.type === 'Property')
    return child(parent, 'value') === literal && !field.test(keyName(parent) ?? '') && isUsers(parent.parent?.parent)
  const isPair = parent?.type === 'ArrayExpression' && children(parent, 'elements')[1] === literal
  return isPair && isUsers(parent.parent?.parent?.parent)
}

const isUsers = (holder: Node | undefined) =>
  holder?.type === 'VariableDeclarator' && /(users|logins|accounts)$/i.test(String(child(holder, 'id')?.name ?? ''))
