import { posix } from 'node:path'
import { child, children, type Node, unwrap } from '../source/syntax.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { type Credential, collectCredentials } from './credentials.js'
import { identifiersOf } from './module-index.js'
import { type Clue, StoreTrace } from './store-trace.js'

/** What a request's cookie or token is looked up in. */
export interface Lookup {
  readonly credential: Credential
  readonly kept: Clue
}

/** A name for what says who somebody is. */
export const telling = /sess|\bsid\b|_sid|token|auth|login|user|passport|jwt/i

/** A name for what serves one step only: a hint for the logout, the state of a login at a provider. */
export const passingBy = /log_?out|sign_?out|csrf|xsrf|nonce|state|redirect|return_?to|captcha|lang|locale|theme/i

/** Cookies and tokens that tell who somebody is, each with what it is looked up in. */
export function collectLookups(scope: CodeScope): Lookup[] {
  return collectCredentials(scope).flatMap((credential) => {
    const isPassing = passingBy.test(credential.name) || passingBy.test(posix.basename(credential.module.file))
    const kept = isPassing ? undefined : keptIn(scope, credential)
    return kept !== undefined && tells(credential, kept) && isFilled(scope, kept) ? [{ credential, kept }] : []
  })
}

function keptIn(scope: CodeScope, credential: Credential): Clue | undefined {
  const { module } = credential
  const trace = new StoreTrace(scope)
  for (const node of usesOf(credential)) {
    if (sealing.test(module.slice(node))) return { kind: 'cookie', place: module.at(node), via: 'a signed token' }
    trace.follow({ module, node })
  }
  return trace.best
}

/** Calls that open what was signed or sealed: nothing is looked up. */
export const sealing = /\bjose\b|jwt|jws|\biron\b|jsonwebtoken|unseal/i

/** Of a header only what is looked up in a variable of a module is certain: objects often hold a copy of a database. */
const tells = ({ name, source }: Credential, { kind, via, made }: Clue) =>
  source === 'header'
    ? kind !== 'memory' || (made !== undefined && !via?.startsWith('this.'))
    : telling.test(name) || (kind === 'memory' && ofLogin.test(via ?? ''))

const ofLogin = /sess|login|logged|token|auth(?!or)|\bsids?\b/i

/** The calls and element accesses that the credential, or a name for it, is handed to. */
function usesOf({ module, node }: Credential): Node[] {
  const direct = useAbove(node)
  if (direct.use !== undefined) return [direct.use]
  const name = node.type === 'Identifier' ? node : direct.name
  const binding = name && module.scopes.lookup(name)
  if (name === undefined || binding === undefined) return []
  return identifiersOf(module, binding.name)
    .filter((each) => each !== name && module.scopes.lookup(each) === binding)
    .flatMap((each) => useAbove(each).use ?? [])
}

/** What is above an id, up to what uses it: a name that it is given, or a call and an element that it is handed to. */
function useAbove(id: Node): { readonly use?: Node; readonly name?: Node } {
  let below = id
  for (let node = id.parent; node !== undefined; below = node, node = node.parent) {
    if (node.type === 'VariableDeclarator') return nameIn(child(node, 'id'))
    if (node.type === 'AssignmentExpression') return child(node, 'right') === below ? nameIn(child(node, 'left')) : {}
    if (node.type === 'MemberExpression' && child(node, 'property') === below && node.computed === true)
      return { use: node }
    if (node.type === 'CallExpression' && children(node, 'arguments').includes(below) && !isConversion(node))
      return { use: node }
    if (!isTransparent(node, below)) return {}
  }
  return {}
}

const nameIn = (node: Node | undefined) => (node?.type === 'Identifier' ? { name: node } : {})

/** `decodeURIComponent(id)`, `String(id)`: still the id. */
function isConversion(call: Node): boolean {
  const callee = child(call, 'callee')
  const name = callee?.type === 'Identifier' ? String(callee.name) : ''
  return /^(decodeURIComponent|String|Number|unsign|unescape)$/.test(name)
}

/** What only hands on the value that is below: `id || other`, `sess:${id}`, `{ where: { id } }`, `id.split(' ')[1]`. */
function isTransparent(node: Node, below: Node): boolean {
  if (unwrap(node) !== node) return true
  if (node.type === 'MemberExpression') return child(node, 'object') === below
  if (node.type === 'CallExpression') return isConversion(node) || child(node, 'callee') === below
  return /^(LogicalExpression|ConditionalExpression|TemplateLiteral|BinaryExpression|ObjectExpression|Property|ArrayExpression)$/.test(
    node.type,
  )
}

/** Whether requests add to it. A variable of the file that nobody writes to, or that is filled from a database, is none. */
function isFilled(scope: CodeScope, { kind, via }: Clue): boolean {
  if (kind !== 'memory') return true
  const name = via?.split('.').at(-1)
  if (name === undefined) return false
  const into = `\\b${name}\\b\\s*(?:\\.(?:set|add|push)\\s*\\(|\\[[^\\]\\n]+\\]\\s*(?:\\|\\||\\?\\?)?=(?!=))`
  const fromElsewhere = new RegExp(`${into}[^;\\n]*\\bawait\\b`)
  const inserts = modulesWith(scope, new RegExp(into))
  return inserts.length > 0 && (ofLogin.test(name) || !inserts.some(({ text }) => fromElsewhere.test(text)))
}
