import { namesSecretInSource } from '../../secret-names.js'
import type { Module } from '../../source/modules.js'
import { child, children, findAll, isInside, keyName, memberName, type Node } from '../../source/syntax.js'
import { calledName, textIn } from './text-in.js'

/** Texts of a module under names that tell of a secret, and those given to functions that sign, encrypt or log in. */
export function textsByName(module: Module): readonly string[] {
  return findAll(module.program, 'Literal', 'TemplateElement', 'TemplateLiteral').flatMap((node) => {
    const texts = textIn(node, module)
    return texts.length > 0 && (isSecretPlace(node) || isInAddress(node)) ? texts : []
  })
}

/** What merely carries a value on to its name. */
const carries =
  /^(BinaryExpression|TemplateLiteral|ArrayExpression|LogicalExpression|ConditionalExpression|SpreadElement|AwaitExpression|ParenthesizedExpression|AssignmentPattern|TS(As|Satisfies|NonNull)Expression|ChainExpression)$/

/** Calls that make a value of the same meaning from their arguments or from what they are called on. */
const remakes =
  /^(from|of|String|concat|join|split|repeat|padEnd|padStart|trim|replace|replaceAll|slice|reverse|toString|update|digest|createHash|encode|btoa|atob|freeze)$/

function isSecretPlace(node: Node): boolean {
  let inner = node
  for (let outer = node.parent; outer !== undefined; inner = outer, outer = outer.parent) {
    const name = nameGivenBy(outer, inner)
    if (name !== undefined) return namesSecretInSource(name)
    if (/^(Call|New)Expression$/.test(outer.type)) {
      if (takesSecret(outer, inner)) return true
      if (!remakes.test(calledName(outer) ?? '')) return false
    } else if (outer.type === 'MemberExpression') {
      if (child(outer, 'object') !== inner) return false
    } else if (!carries.test(outer.type)) return false
  }
  return false
}

/** The name that this node gives to the value inside it. */
function nameGivenBy(outer: Node, inner: Node): string | undefined {
  if (/^(Property|PropertyDefinition|ClassProperty)$/.test(outer.type))
    return child(outer, 'value') === inner ? (keyName(outer) ?? '') : ''
  if (outer.type === 'VariableDeclarator') return String(child(outer, 'id')?.name ?? '')
  const left = /^Assignment(Expression|Pattern)$/.test(outer.type) ? child(outer, 'left') : undefined
  if (left === undefined || left === inner) return undefined
  return (left.type === 'MemberExpression' ? memberName(left) : String(left.name ?? '')) ?? ''
}

/** Which argument of well-known functions is a secret. */
const takers: Readonly<Record<string, number>> = {
  sign: 1,
  verify: 1,
  createHmac: 1,
  createCipher: 1,
  createCipheriv: 1,
  createDecipher: 1,
  createDecipheriv: 1,
  encrypt: 1,
  decrypt: 1,
  scrypt: 0,
  scryptSync: 0,
  pbkdf2: 0,
  pbkdf2Sync: 0,
  createSecretKey: 0,
  Sequelize: 2,
}

function takesSecret(call: Node, inner: Node): boolean {
  const name = calledName(call) ?? requiredName(call)
  const index = name === undefined ? undefined : takers[name]
  const argument = index === undefined ? undefined : children(call, 'arguments')[index]
  return argument !== undefined && isInside(inner, argument)
}

/** `new (require('sequelize'))(…)`. */
function requiredName(call: Node): string | undefined {
  const [argument] = children(child(call, 'callee'), 'arguments')
  return argument?.value === 'sequelize' ? 'Sequelize' : undefined
}

/** A piece between `mongodb://user:` and `@host` of a sum. */
function isInAddress(node: Node): boolean {
  let sum = node
  while (sum.parent?.type === 'BinaryExpression' && sum.parent.operator === '+') sum = sum.parent
  if (sum === node || String(node.value).startsWith('@')) return false
  const before = findAll(sum, 'Literal').filter((each) => each.end <= node.start)
  const address = before.map(({ value }) => String(value)).join('')
  return /:\/\/[^\s:/@]*:[^@]*$/.test(address)
}
