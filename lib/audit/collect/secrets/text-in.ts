import type { Module } from '../../source/modules.js'
import { child, children, memberName, type Node } from '../../source/syntax.js'

/** What encodes, hashes, or names an environment: words that stand beside keys and are none. */
const word =
  /^(hex|base64(url)?|utf-?8|utf-?16(le)?|ucs-?2|latin1|ascii|binary|buffer|md5|sha-?\d+([-/]\d+)?|blake2\w*|ripemd160|aes-?[\w-]+|pem|der|production|development|test|staging|string|object|undefined|null|true|false)$/i

/** Calls whose texts are names, places or messages: of modules, files, variables, settings. */
const naming =
  /^(require|import|resolve|readFile(Sync)?|existsSync|readJson(Sync)?|createReadStream|fileURLToPath|URL|RegExp|env|get|has|array|getSecret\w*|getParameter\w*|log|info|warn|error|debug|on|once|emit|use|assert|ok|describe|it|\w*Error)$/

/** The text of a literal, of a piece of a template or of a whole template, where it may be a part of a value. */
export function textIn(node: Node, module: Module): readonly string[] {
  if (node.type === 'TemplateLiteral') return wholeTemplate(node, module)
  return isPart(node) ? textsOf(node, module) : []
}

/** The text of a literal or of a piece of a template, also as it is written. */
export function textsOf(node: Node, module: Module): readonly string[] {
  const value = node.type === 'Literal' ? node.value : (node.value as { cooked?: unknown } | undefined)?.cooked
  if (typeof value !== 'string' || !isTelling(value)) return []
  const raw = node.type === 'Literal' ? module.slice(node).slice(1, -1) : module.slice(node)
  return raw === value ? [value] : [value, raw]
}

/** As it is written: its pieces may be too short to be found alone. */
function wholeTemplate(template: Node, { slice }: Module): string[] {
  const says = children(template, 'quasis').some((quasi) => isTelling(slice(quasi)))
  return says && children(template, 'expressions').length > 0 ? [slice(template).slice(1, -1)] : []
}

/** Long enough to say something. */
const isTelling = (text: string) => text.trim().length >= 3 && /[\p{L}\p{N}]{2}/u.test(text) && !word.test(text)

/** A value, and not the name of something. */
function isPart(literal: Node): boolean {
  const { parent } = literal
  if (parent === undefined) return true
  if (parent.type === 'MemberExpression') return child(parent, 'property') !== literal
  if (parent.type === 'BinaryExpression') return !/^([!=]==?|[<>]=?|in)$/.test(String(parent.operator))
  if (/^(SwitchCase|ImportDeclaration|Export\w+|TS\w+)$/.test(parent.type)) return false
  if (/^(Property|PropertyDefinition|MethodDefinition)$/.test(parent.type)) return child(parent, 'key') !== literal
  if (!/^(Call|New|Import)Expression$/.test(parent.type)) return true
  return parent.type !== 'ImportExpression' && !naming.test(calledName(parent) ?? '')
}

/** The last name of what is called. */
export function calledName(call: Node): string | undefined {
  const callee = child(call, 'callee')
  if (callee?.type === 'MemberExpression') return memberName(callee)
  return callee?.type === 'Identifier' ? String(callee.name) : callee?.type === 'Import' ? 'import' : undefined
}
