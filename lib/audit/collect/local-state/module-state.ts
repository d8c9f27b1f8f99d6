import type { LocalStateFact, LocalStateKind } from '../../facts/local-state.js'
import type { Module } from '../../source/modules.js'
import { above, child, dotted, isFunction, type Node } from '../../source/syntax.js'
import type { CodeScope } from '../code-scope.js'
import type { Access } from './accesses.js'
import { nameOfFunction } from './handlers.js'
import { type Holder, holders } from './holders.js'
import { servesOnly } from './idle-reads.js'
import { isReadThrough } from './read-through.js'
import { isEmptyBox, isOwn, type Traced, tracedAccesses } from './traced.js'

/** State of requests that modules keep: written while one request is answered, read while another is. */
export function moduleState(scope: CodeScope): LocalStateFact[] {
  return holders(scope).flatMap((holder) => factOf(scope, holder, tracedAccesses(scope, holder)) ?? [])
}

function factOf(scope: CodeScope, holder: Holder, all: readonly Traced[]): LocalStateFact | undefined {
  const accesses = all.filter((access) => access.handler !== undefined)
  const inserts = accesses.filter((access) => access.does === 'insert' && isOfRequest(access))
  const reads = accesses.filter((access) => access.does === 'read' && !servesOnly(access, inserts))
  const [first] = inserts
  if (first === undefined || reads.length === 0 || isStore(accesses)) return undefined
  const kind = kindOf(holder, inserts, reads)
  if (kind === undefined) return undefined
  const ended = inserts.some(isDirect) && all.some((access) => access.does === 'remove' && ends(access, inserts))
  const memo = !ended && isMemo(holder, inserts, reads)
  const isCopy = inserts.every((insert) => isReadThrough(insert, accesses))
  const isPersonal = !isCopy && isIdentity(holder, inserts)
  if (memo && !isPersonal) return undefined
  const identity = isPersonal || (!isCopy && inserts.some(({ key }) => personalKey.test(key ?? '')))
  if (kind === 'request-state' && !memo && !ended && !outlives(inserts, reads)) return undefined
  return {
    kind,
    what: `${holder.name}, ${holder.sort} of this ${holder.node.type === 'VariableDeclarator' ? 'module' : 'process'}`,
    place: holder.module.at(holder.node),
    confidence: memo ? 'low' : 'medium',
    identity,
    carriesLogin: !memo && !isCopy && carriesLogin(scope, holder, inserts, reads),
    admits: identity && !memo && outsideReads(reads, inserts).some((read) => logsIn.test(textAround(read))),
    library: undefined,
    uses: usesOf(first, reads, inserts).map((access) => access.module.at(access.node)),
  }
}

/** The first write, and a read in another function. */
function usesOf(first: Access, reads: readonly Access[], inserts: readonly Access[]): Access[] {
  const other = outsideReads(reads, inserts)[0] ?? reads[0]
  return other === undefined ? [first] : [first, other]
}

const ofRequest =
  /\b(ctx|context|req|request|this\.(session|request|query|params|body)|socket|session|body|query|params)\b/

/** A flag with a fixed name is state of a request only where its value comes from one, or counts them. */
function isOfRequest(access: Access): boolean {
  if (!access.keyIsFixed || access.accumulates) return true
  return access.value !== undefined && ofRequest.test(access.module.slice(access.value))
}

const storeMethod = /^(get|set|destroy|touch|all|length|clear|getSession|setSession|delete|remove)$/

/** get, set and destroy over an object: a session store, which is told elsewhere. */
function isStore(accesses: readonly Access[]): boolean {
  const names = accesses.map(({ inside }) => inside && nameOfFunction(inside))
  return names.every((name) => name !== undefined && storeMethod.test(name))
}

const outsideReads = (reads: readonly Access[], inserts: readonly Access[]) =>
  reads.filter((read) => !inserts.some((insert) => insert.inside === read.inside || insert.handler === read.handler))

/** Whether a request sees what another one left: it is read elsewhere, or looked up by key where it grows. */
function outlives(inserts: readonly Traced[], reads: readonly Access[]): boolean {
  if (outsideReads(reads, inserts).length > 0 || inserts.some(isOwn)) return true
  return inserts.some((insert) => insert.accumulates) && reads.some((read) => read.key !== undefined)
}

const cacheName = /cache|memo(?!ry)|compiled|template|registry|pool$/i

/** Filled where it is missing, with what can be made again: nothing is lost when another process has none. */
function isMemo(holder: Holder, inserts: readonly Traced[], reads: readonly Access[]): boolean {
  if (inserts.some((insert) => insert.accumulates || isTime(insert) || isOwn(insert))) return false
  if (/LRU|TTL|Cache/.test(holder.sort) && !isIdentity(holder, inserts)) return true
  return cacheName.test(holder.name) || outsideReads(reads, inserts).length === 0
}

/** In the handler itself, not in a function that one calls. */
function isDirect({ node, handler }: Access): boolean {
  for (let next = node.parent; next !== undefined; next = next.parent) if (next === handler) return true
  return false
}

/** What is kept ends on an event, which only this process sees. Sweeping by a timer ends nothing before its time. */
function ends(access: Access, inserts: readonly Access[]): boolean {
  if (access.inside === undefined || access.inside.parent?.type === 'MethodDefinition')
    return access.handler !== undefined
  if (inserts.some(({ inside, handler }) => inside === access.inside || handler === access.handler)) return false
  const call = access.inside.parent
  return !(call?.type === 'CallExpression' && /^set(Timeout|Interval)$/.test(dotted(child(call, 'callee')) ?? ''))
}

const isTime = (access: Access) =>
  access.value !== undefined &&
  /^\+?(Date\.now\(\)|new Date\(|performance\.now)/.test(access.module.slice(access.value))

const limits =
  /limit|attempt|throttl|brute|flood|(?<!en|un|us|is)tries|fails?$|failed|failure|hits$|sent$|block|banned/i
const address = /\.ip\b|^ip$|remoteAddress/
const signOn = /oauth|pkce|verifier|nonce|challenge|srp|saml|ongoingLogin|pendingLogin|loginState/i
const connections = /^(ws|socket|conn|connection|client|res|response|stream|reply|resolve|ctx\.res|ctx\.websocket|sse)$/

/** What sort of state it is; undefined: bookkeeping of this process's own connections and timers. */
function kindOf(holder: Holder, all: readonly Access[], reads: readonly Access[]): LocalStateKind | undefined {
  const filled = all.filter(({ value }) => !isEmptyBox(value))
  const inserts = filled.length > 0 ? filled : all
  if (inserts.every(keepsConnection)) return reads.some(sends) ? 'broadcast' : undefined
  if (inserts.every(keepsHandle)) return undefined
  const counts = inserts.some((insert) => insert.accumulates || isTime(insert))
  const byAddress = inserts.some((insert) => address.test(insert.key ?? ''))
  if (counts && (limits.test(holder.name) || byAddress)) return 'rate-limit'
  return signOn.test(holder.name) ? 'sign-on' : 'request-state'
}

const keepsConnection = ({ value, module }: Access) => value !== undefined && connections.test(module.slice(value))

/** A timer, a promise, a callback: another process could not use it. */
const keepsHandle = ({ value, module }: Access) =>
  value !== undefined &&
  (isFunction(value) ||
    /^(setTimeout|setInterval|new (Promise|AbortController))\b/.test(module.slice(value)) ||
    isLoaded(value, module))

/** A module, or a function of one: every process loads the same. */
function isLoaded(value: Node, module: Module): boolean {
  const given = value.type === 'Identifier' ? (module.scopes.lookup(value)?.given ?? []) : []
  return given.some(({ value: made }) =>
    /^(await )?(require|import)\(|typeof [\w.]+ ===? ['"]function/.test(module.slice(made)),
  )
}

/** `clients.forEach((client) => client.send(data))`. */
function sends({ node, module, inside }: Access): boolean {
  const text = module.slice(inside ?? node)
  return /\.(send|write|emit)\s*\(|\bresolve\(/.test(text)
}

const identityWord =
  /user|session|captcha|otp\b|csrf|xsrf|nonce|token|upload|login|auth(?!or)|verif|(sms|verify|email|auth|pin)_?codes?|challenge|pkce|account|online|ticket|oauth|state$/i

/** What is kept by such a key belongs to one visitor or to one login. */
const personalKey = /user|session|captcha|otp\b|csrf|xsrf|nonce|token|login|account|sid\b|phone|mobile|e-?mail/i

function isIdentity(holder: Holder, inserts: readonly Access[]): boolean {
  return (
    identityWord.test(holder.name) ||
    inserts.some((insert) => /captcha|token|nonce|session\.id|sid\b/i.test(insert.key ?? ''))
  )
}

const loginName =
  /^_?(all|active|current|user|logged_?in|online)?_?(sessions?|tokens?|logins?|logged_?in|users?|accounts?)(by\w+|map|store|list|table|db)?$/i
const whoAsks = /\.session\b|cookies?\b|authorization|deserializeUser|token/i

/** A handler that lets somebody in. */
const logsIn = /\b(log|sign)[-_]?in\b|\.session\.\w*(user|account|uid|login)\w*\s*=[^=]|\bjwt\.sign\(|\bctx\.login\(/i

/** Whether who is logged in is looked up here: the users, the sessions or the tokens. */
function carriesLogin(scope: CodeScope, holder: Holder, inserts: readonly Access[], reads: readonly Access[]): boolean {
  if (!loginName.test(holder.name)) return false
  if (inserts.every(({ keyIsFixed, key }) => keyIsFixed && key !== undefined)) return false
  return reads.some((read) => whoAsks.test(textAround(read)) || isAskedByLogin(scope, read))
}

/** A handler calls the function that reads with what says who asks: `getUser(ctx.session.user.id)`. */
function isAskedByLogin({ modules }: CodeScope, { inside, handler }: Access): boolean {
  const name = inside && nameOfFunction(inside)
  if (name === undefined || handler === undefined || handler === inside) return false
  const home = modules.parsed().find(({ program }) => program === above(handler, 'Program'))
  const call = new RegExp(`\\b${name.replace(/\$/g, '\\$')}\\(([^()]*)\\)`)
  return whoAsks.test(call.exec(home?.slice(handler) ?? '')?.[1] ?? '')
}

function textAround({ node, module, inside }: Access): string {
  const call: Node | undefined = inside?.parent
  return module.slice(call && /Expression$/.test(call.type) ? call : (inside ?? node))
}
