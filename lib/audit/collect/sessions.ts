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
import { fieldOf, fullName, optionsOf, textOf, type Value } from '../source/value.js'
import { type CodeScope, isOfServer, modulesWith } from './code-scope.js'
import { readCookie } from './cookie-flags.js'
import { mentionsSession, type SessionLibrary, sessionLibrary } from './libraries.js'
import { literalOptions } from './literal-options.js'
import { isAnswer } from './named-calls.js'
import { portSession } from './port/port-session.js'
import { defaultStore, readStore } from './stores.js'

/** A call of a session library, with what its arguments are worth. */
export interface SessionCall {
  readonly name: string
  readonly library: SessionLibrary
  readonly module: Module
  readonly node: Node
  readonly options: Value | undefined
  readonly fact: SessionFact
}

/** Every call that mounts a session in the server's files. */
export function collectSessionCalls(scope: CodeScope): SessionCall[] {
  const calls = modulesWith(scope, mentionsSession).flatMap((module) =>
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
  if (maker === undefined || isAnswer(maker, module)) return undefined
  const found = sessionLibrary(fullName(scope.evaluator.ask(maker, module)))
  if (found === undefined || isDead(node) || isUnused(scope, module, node)) return undefined
  const given = children(node, 'arguments')
    .filter((argument) => argument !== plugin)
    .map((argument) => ({ argument, value: answered(scope, argument, module) }))
  const options =
    given.find(({ value }) => isOptions(value))?.value ??
    given.find(({ argument, value }) => !isApp(argument, value))?.value
  const { name, library } = found
  return { name, library, module, node, options, fact: factOf(scope, { name, library, module, node, options }) }
}

/** What the argument is worth; a function's answer, where options are given by one. */
function answered(scope: CodeScope, argument: Node, module: Module): Value {
  const value = scope.evaluator.ask(argument, module)
  return value.kind === 'function' ? scope.evaluator.askResult(value) : value
}

type Call = Omit<SessionCall, 'fact'>

function factOf(scope: CodeScope, call: Call): SessionFact {
  const { library, module, node, options } = call
  const cookie = readCookie(library, options)
  const signed = cookie.signed?.value
  const store = storeOf(scope, call)
  return {
    library: call.name,
    version: scope.packages.get(call.name),
    place: module.at(node),
    store,
    cookie,
    signed: signed === undefined ? library.signed : typeof signed === 'boolean' ? signed : undefined,
    options: literalOptions(module, node),
    appName: children(node, 'arguments')
      .map(dotted)
      .find((name) => name !== undefined && /app|server|koa|api/i.test(name)),
    port: portSession(scope, call, store),
  }
}

function storeOf(scope: CodeScope, call: Call): StoreFact {
  const { name, library, module, node, options } = call
  if (name === 'koa-shared-session') return ourStore(scope, call)
  const given = ['store', 'sessionStore', 'ContextStore']
    .map((field) => storeField(options, field))
    .find((value) => value !== undefined)
  if (given !== undefined) return readStore(scope, given, library, module.at(node))
  if (options !== undefined && (options.kind === 'unknown' || (options.kind === 'object' && options.open)))
    return { ...defaultStore(library, module.at(node), name), kind: 'unknown', shared: undefined }
  return defaultStore(library, module.at(node), name)
}

/** sharedSession(): the store that is named, Redis where an address is, else files. */
function ourStore(scope: CodeScope, { name, library, module, node, options }: Call): StoreFact {
  const place = module.at(node)
  const given = storeField(options, 'store')
  const named = given && textOf(given)
  const kind =
    named === 'redis' || named === 'file' || named === 'cookie'
      ? named
      : storeField(options, 'redis')
        ? 'redis'
        : undefined
  if (kind !== undefined) return { ...defaultStore({ ...library, store: kind }, place, name), how: 'given' }
  return given === undefined ? defaultStore(library, place, name) : readStore(scope, given, library, place)
}

/** The field, in each of the alternatives that the options may be. */
function storeField(options: Value | undefined, name: string): Value | undefined {
  if (options === undefined) return undefined
  const found = optionsOf(options).flatMap(({ value, when }) => {
    const field = fieldOf(value, name)
    return field && field.value.kind !== 'undefined'
      ? [{ value: field.value, when: field.when === 'any' ? when : field.when }]
      : []
  })
  const [first] = found
  if (first === undefined) return undefined
  return found.length === 1
    ? first.value
    : { kind: 'either', how: 'assigned', options: found, origin: first.value.origin }
}

const isOptions = (value: Value) => optionsOf(value).some((option) => option.value.kind === 'object')

const isApp = (argument: Node, value: Value) =>
  value.kind === 'new' || value.kind === 'call' || /app|koa|server|^this$|api$/i.test(dotted(argument) ?? '')

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
