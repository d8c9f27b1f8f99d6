import type { RouteFact } from '../facts/lifecycle.js'
import type { Module } from '../source/modules.js'
import {
  child,
  children,
  dotted,
  findAll,
  functionAround,
  type Node,
  statementAround,
  unwrap,
} from '../source/syntax.js'
import { makeAsync } from './async-handler.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { branchAround } from './dispatch.js'
import { handlerAround, nameOfFunction } from './local-state/handlers.js'

/** A field of the session is written or deleted: reading it says nothing here. */
const changesSession = /\.session\b[^;=\n]*=[^=>]|\bdelete\s[^;\n]*?\.session\b/

/** Handlers that write who somebody is into the session. */
export function collectLogins(scope: CodeScope): RouteFact[] {
  return modulesWith(scope, changesSession).flatMap((module) =>
    onePerPart(loginWrites(module)).map((write) => login(scope, module, write)),
  )
}

/** Handlers that end a login by clearing a field. */
export function collectLogouts(scope: CodeScope): RouteFact[] {
  return modulesWith(scope, changesSession).flatMap((module) =>
    onePerPart(logoutWrites(module)).map((write) => ({ ...route(scope, module, write), regenerates: false })),
  )
}

/** `ctx.session.user = …`: the assignment, its target's parts, and the handler. */
interface Write {
  readonly node: Node
  /** `ctx` of `ctx.session`. */
  readonly base: string
  readonly field: string
  /** The expression that the field belongs to. */
  readonly session: Node
  readonly value: Node | undefined
  readonly handler: Node
  /** The branch for one path, in a handler that answers several; else the handler. */
  readonly part: Node
  /** The path, or the name of the handler. */
  readonly name: string
}

const bases = /^(ctx|context|c|req|request|this|this\.ctx|ctx\.req|ctx\.request)$/

function writes(module: Module): Write[] {
  return module.scopes.memberWrites.flatMap(({ target, value, node }) => {
    const found = sessionField(target)
    const handler = handlerAround(node, module) ?? (found?.base === 'this' ? functionAround(node) : undefined)
    return found && handler ? [{ ...found, node, value, handler, ...partAround(node, handler, module) }] : []
  })
}

function partAround(node: Node, handler: Node, module: Module): Pick<Write, 'part' | 'name'> {
  const branch = branchAround(node, handler, module)
  return { part: branch?.node ?? handler, name: branch?.path ?? nameOfHandler(handler) ?? '' }
}

/** `ctx`, `user` of `ctx.session.user`; `passport` counts with what is in it. */
function sessionField(target: Node): Pick<Write, 'base' | 'field' | 'session'> | undefined {
  const path = dotted(target)
  const found = path === undefined ? null : /^(.*)\.session\.(\w+)(\.user)?$/.exec(path)
  const [base, field] = [found?.[1], found?.[2]]
  const object = child(unwrap(target), 'object')
  const session = found?.[3] === undefined ? object : child(object && unwrap(object), 'object')
  return base !== undefined && field !== undefined && session && bases.test(base) ? { base, field, session } : undefined
}

const who =
  /^(user|users|userId|userid|user_id|uid|userInfo|user_info|currentUser|current_user|loginUser|account|accountId|account_id|admin|adminId|adminInfo|admin_id|adminUser|member|memberId|username|userName|user_name|loginName|isLogin|is_login|isLoggedIn|loggedIn|logged_in|logged|authenticated|isAuthenticated|authed|isAuth|auth|passport|identity|email|id|name)$/

const checksPassword =
  /\bbcrypt|\bargon2|\bscrypt|\bpbkdf2|compare(Sync|Password)?\s*\(|(verify|check|valid\w*|match)_?Password|\bauthenticate\s*\(|password\s*[!=]==?|[!=]==?\s*[\w.]*password/i

const loginName = /log_?-?in|sign_?-?in|sign_?-?up|regist|authenticate|oauth|callback/i
const otherName = /update|change|modify|edit|reset|forget|forgot|profile|settings?|captcha/i

function loginWrites(module: Module): Write[] {
  return writes(module).filter(({ field, value, part, name }) => {
    if (!who.test(field) || isEmpty(value)) return false
    const text = module.slice(part)
    if (otherName.test(name) && !loginName.test(name)) return false
    if (new RegExp(`session\\.${field}\\.\\w`).test(text)) return false
    return checksPassword.test(text) || loginName.test(name)
  })
}

const isEmpty = (value: Node | undefined) =>
  value === undefined ||
  value.value === null ||
  value.value === false ||
  value.value === '' ||
  value.value === 0 ||
  (value.type === 'Identifier' && value.name === 'undefined') ||
  (value.type === 'ObjectExpression' && children(value, 'properties').length === 0) ||
  (value.type === 'UnaryExpression' && value.operator === 'void')

/** The name, or the path of the route: `/login` of `router.post('/login', …)`. */
function nameOfHandler(handler: Node): string | undefined {
  const call = handler.parent
  const path = call?.type === 'CallExpression' ? children(call, 'arguments')[0]?.value : undefined
  return typeof path === 'string' ? path : nameOfFunction(handler)
}

const onePerPart = (all: readonly Write[]): Write[] =>
  all.filter((write, index) => all.findIndex(({ part }) => part === write.part) === index)

/** A new id, or an emptied session, before the write. */
const renews = /\bregenerate(Session)?\s*\(|\.session\s*=\s*null\b|\.session\.destroy\s*\(|rotateSession|renewSession/i

function login(scope: CodeScope, module: Module, write: Write): RouteFact {
  const before = module.text.slice(write.part.start, write.node.start)
  const inside = module.slice(write.part)
  return { ...route(scope, module, write), regenerates: renews.test(before) || /\bregenerate/i.test(inside) }
}

function route(
  scope: CodeScope,
  module: Module,
  { node, base, session, handler, name }: Write,
): Omit<RouteFact, 'regenerates'> {
  const statement = statementAround(node)
  const isIn = functionAround(node) === handler && inBlock(statement)
  return {
    place: module.at(node),
    path: /^\/[\w./:-]*$/.test(name) ? name : undefined,
    get: dotted(child(handler.parent, 'callee'))?.endsWith('.get') ?? false,
    library: undefined,
    statement: module.at(statement),
    session: base,
    written: module.slice(session),
    async: handler.async === true && isIn,
    makesAsync: isIn ? makeAsync(scope, module, handler) : undefined,
  }
}

/** Whether another statement can stand before this one. */
const inBlock = (statement: Node) => /^(BlockStatement|Program|SwitchCase)$/.test(statement.parent?.type ?? '')

const logoutName = /log_?-?out|sign_?-?out|log_?-?off|^\/?quit$|^\/?exit$/i
const ends =
  /\.session\s*=\s*(null|undefined|\{\s*\})|\.session\.destroy\b|\.(logout|logOut)\s*\(|destroySession|session\.(reset|clear)\s*\(/

function logoutWrites(module: Module): Write[] {
  return [...writes(module).filter(({ value }) => isEmpty(value)), ...deletions(module)].filter(
    ({ field, part, name }) => who.test(field) && logoutName.test(name) && !ends.test(module.slice(part)),
  )
}

/** `delete ctx.session.user`. */
function deletions(module: Module): Write[] {
  return findAll(module.program, 'UnaryExpression').flatMap((node) => {
    const target = node.operator === 'delete' ? child(node, 'argument') : undefined
    const found = target && sessionField(target)
    const handler = found && (handlerAround(node, module) ?? functionAround(node))
    return found && handler ? [{ ...found, node, value: undefined, handler, ...partAround(node, handler, module) }] : []
  })
}
