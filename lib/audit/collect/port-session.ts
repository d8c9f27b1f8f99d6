import type { Edit } from '../edit.js'
import type { SessionFact } from '../facts/session.js'
import { child, children, dotted, functionAround, mentionsOf, type Node, statementAround } from '../source/syntax.js'
import type { Field, Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { fieldIn } from './cookie-flags.js'
import type { SessionCall } from './sessions.js'

type Port = SessionFact['port']
type Call = Omit<SessionCall, 'fact'>

/** Anything else may be needed elsewhere: `session((options = { … }))`. */
const plainArgument =
  /^(ObjectExpression|Identifier|MemberExpression|ThisExpression|TSAsExpression|TSNonNullExpression)$/

const cannot = (why: string): Port => ({ edits: undefined, why })

/** Options that mean nothing to sharedSession(): always on, or decided by the store. */
const dropped = new Set(
  `store signed overwrite httpOnly httponly autoRefresh defer initSession resave saveUninitialized`.split(/\s+/),
)

const kept = new Set([
  'key',
  'maxAge',
  'ttl',
  'rolling',
  'renew',
  'secure',
  'sameSite',
  'domain',
  'path',
  'prefix',
  'cookie',
  'valid',
  'beforeSave',
])

/** The edits that put `sharedSession()` in the place of another session of Koa's, with its options in our names and units. */
export function portSession(scope: CodeScope, call: Call, generators: boolean): Port {
  if (!call.library.koa) return cannot(`${call.name} belongs to another framework`)
  if (generators) return cannot('Koa 1 does not run this middleware')
  const options = call.options
  if (options !== undefined && (options.kind !== 'object' || options.open))
    return cannot('its options cannot be read whole')
  const strange =
    options === undefined ? [] : [...options.fields.keys()].filter((name) => !dropped.has(name) && !kept.has(name))
  if (strange.length > 0) return cannot(`its option ${strange[0]} has no counterpart that is decided here`)
  if (children(call.node, 'arguments').some((argument) => !plainArgument.test(argument.type)))
    return cannot('its arguments are more than an object or a name')
  const [user] = modulesWith(scope, theirApi)
  if (user !== undefined) return cannot(`${user.file} uses what only ${call.name} offers`)
  if (isPerRequest(call.node)) return cannot('it is made anew for each request')
  const imported = importEdit(call)
  if (imported === undefined) return cannot('the library is loaded in a way that is not followed')
  const text = `${imported.name}(${optionsText(scope, call, options)})`
  return { edits: [...imported.edits, { file: call.module.file, start: call.node.start, end: call.node.end, text }] }
}

/** What other libraries put on the context or the session, and sharedSession() does not. */
const theirApi = /regenerateSession|manuallyCommit|\bctx\.sessionId\b|this\.sessionId\b|sessionSave|\.sessionStore\b/

function isPerRequest(node: Node): boolean {
  const around = functionAround(node)
  return (
    around !== undefined && children(around, 'params').some((each) => /^(ctx|context|req)$/.test(dotted(each) ?? ''))
  )
}

interface Imported {
  /** How the call says it. */
  readonly name: string
  readonly edits: readonly Edit[]
}

/** `require('koa-session')` and `import … from 'koa-session'`, turned into ours. */
function importEdit({ module, node }: Call): Imported | undefined {
  const callee = child(node, 'callee')
  if (callee === undefined) return undefined
  if (callee.type === 'CallExpression') return { name: `require('koa-shared-session').sharedSession`, edits: [] }
  const root = dotted(callee)?.split('.')[0]
  const binding = root === undefined ? undefined : module.scopes.lookup(callee, root)
  if (binding === undefined || root === undefined) return undefined
  const uses = mentionsOf(module.program, root).filter((each) => module.scopes.lookup(each) === binding)
  const declared = binding.from ? statementAround(binding.declaration) : binding.declaration
  const others = uses.filter((each) => each.start >= declared.end || each.end <= declared.start)
  if (others.length !== 1) return undefined
  const quote = quoteOf(module.slice(declared))
  const ours = `${quote}koa-shared-session${quote}`
  const edit = (start: number, end: number, text: string): Imported => ({
    name: 'sharedSession',
    edits: [{ file: module.file, start, end, text }],
  })
  if (binding.from === undefined) return requireEdit(binding.declaration, ours, edit)
  const source = child(declared, 'source')
  const [first, ...rest] = children(declared, 'specifiers')
  if (declared.type !== 'ImportDeclaration' || source === undefined || first === undefined || rest.length > 0)
    return declared.type === 'TSImportEqualsDeclaration'
      ? edit(declared.start, declared.end, `import { sharedSession } from ${ours}${semicolon(module.slice(declared))}`)
      : undefined
  return edit(declared.start, source.end, `import { sharedSession } from ${ours}`)
}

/** `session = require('…')` and `{ createSession } = require('…')`. */
function requireEdit(
  declarator: Node,
  ours: string,
  edit: (start: number, end: number, text: string) => Imported,
): Imported | undefined {
  const [id, init] = [child(declarator, 'id'), child(declarator, 'init')]
  const loaded = init?.type === 'MemberExpression' ? child(init, 'object') : init
  if (loaded?.type !== 'CallExpression' || dotted(child(loaded, 'callee')) !== 'require') return undefined
  const isOne = id?.type === 'Identifier' || children(id, 'properties').length === 1
  return isOne ? edit(declarator.start, declarator.end, `{ sharedSession } = require(${ours})`) : undefined
}

const quoteOf = (text: string) => (/"/.test(text) && !/'/.test(text) ? '"' : "'")
const semicolon = (text: string) => (text.trimEnd().endsWith(';') ? ';' : '')

/** `{ lifetime: 3600, cookie: { name: 'sid' } }`, or nothing. */
function optionsText(scope: CodeScope, call: Call, options: Value | undefined): string {
  const prefix = optionsName(call)
  const value = (field: Field | undefined, name: string) =>
    field === undefined ? undefined : textOf(call, field, prefix && `${prefix}.${name}`)
  const top = (name: string) => fieldIn(options, [name])
  const inner = (name: string) => {
    const cookie = top('cookie')?.value
    const field = fieldIn(cookie, [name])
    return field === undefined ? value(top(name), name) : value(field, `cookie.${name}`)
  }
  const age = inner('maxAge') ?? value(top('ttl'), 'ttl')
  const cookie = listed([
    ['name', nameText(top('key'), value(top('key'), 'key'))],
    ['secure', inner('secure')],
    ['sameSite', /^(null|undefined|false|''|"")$/.test(inner('sameSite') ?? '') ? undefined : inner('sameSite')],
    ['domain', inner('domain')],
    ['path', inner('path') === "'/'" ? undefined : inner('path')],
  ])
  const keys = keysText(scope, call)
  const whole = fieldIn(fieldIn(options, ['cookie'])?.value, ['maxAge']) ?? top('maxAge') ?? top('ttl')
  const known = whole?.value.kind === 'literal' && typeof whole.value.value === 'number' ? whole.value.value : undefined
  // Whole minutes that are no whole seconds in milliseconds were meant as seconds: 86400.
  const isOdd = known !== undefined && known % 1000 !== 0
  const lifetime = isOdd
    ? String(known % 60 === 0 ? known : Math.max(1, Math.ceil(known / 1000)))
    : age === undefined || /^(null|undefined|'session'|"session")$/.test(age)
      ? undefined
      : seconds(age)
  const rolling = [value(top('rolling'), 'rolling'), value(top('renew'), 'renew')].find(
    (each) => each !== undefined && each !== 'false',
  )
  const fields = listed([
    ['keys', keys],
    ['lifetime', lifetime],
    ['permanent', lifetime === undefined ? undefined : 'true'],
    ['rolling', rolling],
    ['prefix', value(top('prefix'), 'prefix')],
    ['valid', value(top('valid'), 'valid')],
    ['beforeSave', value(top('beforeSave'), 'beforeSave')],
    ['cookie', cookie === '' ? undefined : `{ ${cookie} }`],
  ])
  return fields === '' ? '' : `{ ${fields} }`
}

function listed(fields: readonly (readonly [string, string | undefined])[]): string {
  return fields.flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`])).join(', ')
}

/** `CONFIG` in `session(CONFIG, app)`: what is read through a name stays read through it. */
function optionsName({ node, options }: Call): string | undefined {
  const literal = children(node, 'arguments').some((argument) => argument.type === 'ObjectExpression')
  if (literal || options === undefined) return undefined
  return children(node, 'arguments')
    .map(dotted)
    .find((name) => name !== undefined && !/^(this\.)?\w*(app|koa|server|api)$/i.test(name))
}

function textOf({ module }: Call, field: Field, through: string | undefined): string | undefined {
  const node = child(field.node, 'value') ?? child(field.node, 'right')
  if (field.value.kind === 'literal' && typeof field.value.value !== 'string') return String(field.value.value)
  if (through !== undefined) return through
  if (node === undefined || field.module !== module) return undefined
  const { parent } = node
  return parent?.shorthand === true ? undefined : module.slice(node)
}

/** A cookie's name, with what RFC 6265 does not allow in it replaced: `koa:sess` is refused at boot. */
function nameText(field: Field | undefined, text: string | undefined): string | undefined {
  if (field?.value.kind !== 'literal' || typeof field.value.value !== 'string') return text
  const name = field.value.value
  return /^[\w.-]+$/.test(name) ? text : `'${name.replace(/[^\w.-]/g, '_')}'`
}

/** Milliseconds in the source, seconds in ours. */
function seconds(text: string): string {
  const number = Number(text)
  if (Number.isFinite(number)) return String(Math.max(1, Math.ceil(number / 1000)))
  const product = /^(.*?)\s*\*\s*1000$|^1000\s*\*\s*(.*)$/.exec(text)
  if (product) return product[1] ?? product[2] ?? text
  return /^[\w.$]+$/.test(text) ? `${text} / 1000` : `(${text}) / 1000`
}

/** Keys that come from another variable than SECRET_KEY are handed over. */
function keysText(scope: CodeScope, { module }: Call): string | undefined {
  const names = new Set<string>()
  for (const { target, value } of module.scopes.memberWrites) {
    if (!/(^|\.)keys$/.test(dotted(target) ?? '')) continue
    for (const found of module.slice(value).matchAll(/process\.env\.(\w+)/g)) names.add(found[1] ?? '')
  }
  if (names.size === 0 || names.has('SECRET_KEY') || scope.dir === '') return undefined
  const list = [...names].map((name) => `process.env.${name}`)
  return /\.split\(/.test(module.text) ? undefined : `[${list.join(', ')}]`
}
