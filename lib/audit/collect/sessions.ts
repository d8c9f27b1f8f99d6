import type { SessionFact, StoreFact } from '../facts/session.js'
import { whenAround } from '../source/environment.js'
import type { Module } from '../source/modules.js'
import {
  child,
  children,
  dotted,
  findAll,
  functionAround,
  memberName,
  mentionsOf,
  type Node,
} from '../source/syntax.js'
import { fullName, textOf, type Value } from '../source/value.js'
import { type CodeScope, isOfServer, modulesWith, type Text } from './code-scope.js'
import { fieldIn, readCookie } from './cookie-flags.js'
import { leadsTo, mayLeadTo } from './leads-to.js'
import { leadsToSession, mentionsSession, type SessionLibrary, sessionLibrary } from './libraries.js'
import { literalOptions } from './literal-options.js'
import { isAnswer } from './named-calls.js'
import { portSession } from './port/port-session.js'
import { pathOf } from './served.js'
import { areUnread, givenOptions, optionNamed } from './session-options.js'
import { defaultStore, readStore, unreadStore } from './stores.js'

/** A call of a session library, with what its arguments are worth. */
export interface SessionCall {
  readonly name: string
  readonly library: SessionLibrary
  readonly module: Module
  readonly node: Node
  readonly options: Value | undefined
  readonly fact: SessionFact
}

/** A call of what another file hands over as a parameter. */
const callsSession = /sess\w*\s*\(/i

/** Every call that mounts a session in the server's files. */
export function collectSessionCalls(scope: CodeScope): SessionCall[] {
  const mayMount = ({ file, text }: Text) =>
    mentionsSession.test(text) && (leadsTo(scope, file, leadsToSession) || callsSession.test(text))
  const calls = modulesWith(scope, mayMount).flatMap((module) =>
    findAll(module.program, 'CallExpression', 'NewExpression').flatMap(
      (node) => sessionCall(scope, module, node) ?? [],
    ),
  )
  const live = calls.filter(({ module, node }) => !/^(test|development)$/.test(whenAround(node, module)))
  return live.length > 0 ? live : calls
}

function sessionCall(scope: CodeScope, module: Module, node: Node): SessionCall | undefined {
  const called = child(node, 'callee')
  const plugin = called && memberName(called) === 'register' ? children(node, 'arguments')[0] : undefined
  const maker = plugin ?? called
  if (maker === undefined || isAnswer(maker, module) || !mayLeadTo(scope, module, maker, leadsToSession))
    return undefined
  const found = sessionLibrary(fullName(scope.evaluator.ask(maker, module)))
  if (found === undefined || isDead(node) || isUnused(scope, module, node)) return undefined
  const given = children(node, 'arguments').filter((argument) => argument !== plugin)
  const { name, library } = found
  const options = givenOptions(scope, given, module, library.needsApp === true, plugin !== undefined)
  return { name, library, module, node, options, fact: factOf(scope, { name, library, module, node, options }) }
}

type Call = Omit<SessionCall, 'fact'>

function factOf(scope: CodeScope, call: Call): SessionFact {
  const { library, module, node, options } = call
  const cookie = readCookie(library, options, (value) => scope.evaluator.askResult(value))
  const signed = cookie.signed?.value
  const store = storeOf(scope, call)
  return {
    library: call.name,
    version: scope.packages.get(call.name),
    place: module.at(node),
    store,
    cookie,
    signed: signed === undefined ? signedByDefault(call) : typeof signed === 'boolean' ? signed : undefined,
    options: literalOptions(module, node),
    appName: children(node, 'arguments')
      .map(dotted)
      .find((name) => name !== undefined && /app|server|koa|api/i.test(name)),
    port: portSession(scope, call, store),
  }
}

/** Options that the source does not show may say otherwise. */
const signedByDefault = ({ name, library, options }: Call) =>
  library.signed && library.koa && name !== 'koa-shared-session' && areUnread(options) ? undefined : library.signed

function storeOf(scope: CodeScope, call: Call): StoreFact {
  const { name, library, module, node, options } = call
  if (name === 'koa-shared-session') return ourStore(scope, call)
  const given = ['store', 'sessionStore', 'ContextStore']
    .map((field) => optionNamed(scope, options, field))
    .find((value) => value !== undefined)
  const place = module.at(node)
  if (given !== undefined && (options?.kind === 'object' || !areUnread(options)))
    return readStore(scope, given, library, place)
  return areUnread(options) ? unreadStore(library, place, name) : defaultStore(library, place, name)
}

/** sharedSession(): the store that is named, Redis where an address is, else files. */
function ourStore(scope: CodeScope, { name, library, module, node, options }: Call): StoreFact {
  const place = module.at(node)
  const given = optionNamed(scope, options, 'store')
  const named = given && textOf(given)
  const kind = /^(redis|file|cookie)$/.test(named ?? '')
    ? (named as 'redis' | 'file' | 'cookie')
    : optionNamed(scope, options, 'redis')
      ? 'redis'
      : undefined
  if (kind === undefined && given !== undefined) return readStore(scope, given, library, place)
  if (kind === undefined && areUnread(options)) return unreadStore(library, place, name)
  const store = defaultStore({ ...library, store: kind ?? library.store }, place, name)
  const how = kind === undefined ? 'default' : 'given'
  return { ...store, how, directory: store.kind === 'file' ? ownDirectory(scope, options) : undefined }
}

function ownDirectory(scope: CodeScope, options: Value | undefined): StoreFact['directory'] {
  const given = fieldIn(options, ['directory'])
  return given && { path: pathOf(scope, given.value), place: given.module.at(given.node), pruned: undefined }
}

/** A call in a function that nobody calls or exports is not made; only the plain case is decided. */
function isDead(node: Node): boolean {
  const around = functionAround(node)
  return around === undefined
    ? false
    : child(around, 'id') === undefined && around.parent?.type === 'ExpressionStatement'
}

/** The module exports what it makes here, and whoever loads the module never uses it. */
function isUnused(scope: CodeScope, module: Module, node: Node): boolean {
  const left = node.parent?.type === 'AssignmentExpression' ? dotted(child(node.parent, 'left')) : undefined
  if (node.parent?.type === 'VariableDeclarator') return isForgotten(module, dotted(child(node.parent, 'id')))
  if (left !== 'module.exports' && node.parent?.type !== 'ExportDefaultDeclaration') return false
  const importers = scope.modules.importersOf(module.file).filter((file) => isOfServer(scope, file))
  return importers.length > 0 && importers.every((file) => !uses(scope, file, module.file))
}

/** A variable that is never used again: its `app.use()` is commented out. */
function isForgotten(module: Module, name: string | undefined): boolean {
  return name !== undefined && mentionsOf(module.program, name).length === 1
}

/** Whether the file does anything with the names that it gives to the module. */
function uses(scope: CodeScope, file: string, target: string): boolean {
  const module = scope.modules.get(file)
  if (module === undefined) return true
  const names = scope.modules.namesFor(module, target)
  if (names.length === 0) return true
  return names.some((name) => mentionsOf(module.program, name).length > 1)
}
