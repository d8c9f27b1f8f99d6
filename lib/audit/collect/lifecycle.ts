import type { LifecycleFact } from '../facts/lifecycle.js'
import type { Module } from '../source/modules.js'
import {
  child,
  children,
  dotted,
  findAll,
  isFunction,
  memberName,
  type Node,
  statementAround,
} from '../source/syntax.js'
import { fieldOf, optionsOf } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { forksIn } from './forks.js'
import { namedCalls } from './named-calls.js'
import { collectPools } from './pools.js'

/** How the server begins, ends, and looks after what it started. */
export function collectLifecycle(scope: CodeScope): LifecycleFact {
  const stop = stopHandler(scope)
  return {
    sigterm: stop?.place,
    sigint: modulesWith(scope, stoppers).length > 0 || modulesWith(scope, /SIGINT|enableShutdownHooks/).length > 0,
    drains: stop?.drains,
    closesServer: stop?.closes,
    survivesUncaught: survivesUncaught(scope),
    listen: listenPlace(scope),
    keepAliveTimeout: keepAliveTimeout(scope),
    forks: forks(scope),
    pools: collectPools(scope),
    ownHttps:
      namedCalls(scope, /['"](node:)?(https|http2)['"]/, /^(https\.(createServer|Server)|http2\.createSecureServer)$/)
        .length > 0,
  }
}

interface Stop {
  readonly place: NonNullable<LifecycleFact['sigterm']>
  /** Undefined: it calls what is not followed. */
  readonly drains: boolean | undefined
  readonly closes: boolean | undefined
}

/** Packages that answer signals, wait for requests and end idle connections. */
const stoppers =
  /@godaddy\/terminus|['"]lightship['"]|http-graceful-shutdown|koa-graceful-shutdown|close-with-grace|@ladjs\/graceful|['"]@?fastify-graceful-shutdown|graceful-cluster|['"]koa-shared-session\/serve/

function stopHandler(scope: CodeScope): Stop | undefined {
  const [library] = modulesWith(scope, stoppers)
  if (library !== undefined) {
    const imported = findAll(library.program, 'Literal').find((node) => stoppers.test(`'${node.value}'`))
    if (imported) return { place: library.at(imported), drains: true, closes: true }
  }
  for (const module of modulesWith(scope, /SIGTERM|enableShutdownHooks/)) {
    const found = findAll(module.program, 'CallExpression').find(isListener)
    if (found) return { place: module.at(found), ...howItStops(scope, found, module) }
  }
  return undefined
}

/** `process.on('SIGTERM', …)`, `process.on(signal, …)` for each of a list, `onSignals(process, ['SIGTERM'], …)`. */
function isListener(call: Node): boolean {
  const callee = child(call, 'callee')
  const name = callee?.type === 'MemberExpression' ? (memberName(callee) ?? '') : String(callee?.name ?? '')
  if (name === 'enableShutdownHooks') return true
  if (/^(kill|emit|send|includes|log|info|warn|error|debug|equal|indexOf|push)$/.test(name)) return false
  const given = children(call, 'arguments')
  if (/^process\.(on|once|addListener)$/.test(dotted(callee) ?? '') && given[0]?.type === 'Identifier') return true
  const holder = name === 'forEach' ? child(callee, 'object') : undefined
  return (
    [...given, ...(holder ? [holder] : [])].some((each) => namesSignal(each)) &&
    given.some((each) => isFunction(each) || /Identifier|Member|Call/.test(each.type))
  )
}

const namesSignal = (node: Node) =>
  node.value === 'SIGTERM' ||
  (node.type === 'ArrayExpression' && children(node, 'elements').some((each) => each.value === 'SIGTERM'))

const drainWords =
  /closeAllConnections|closeIdleConnections|stoppable|terminator|killable|server-?destroy|\.destroy\s*\(|\.terminate\s*\(|connection['"]?\s*,\s*['"]close|keepAliveTimeout\s*=|gracefulShutdown/i

const closeWords = /\.(close|stop|shutdown|terminate|destroy|end)\s*\(|shutdown|graceful|terminat/i

/** Reads the handler, and the functions of the app that it calls by name, two deep. */
function howItStops(scope: CodeScope, call: Node, module: Module): Omit<Stop, 'place'> {
  const text = textWithCalled(scope, module.slice(call), module, 2)
  const packaged = modulesWith(scope, /stoppable|http-terminator|killable|server-destroy/).length > 0
  if (packaged || drainWords.test(text)) return { drains: true, closes: true }
  if (closeWords.test(text)) return { drains: /\bawait\b|\.emit\s*\(/.test(text) ? undefined : false, closes: true }
  const onlyExits = /process\.exit/.test(text) && !/\bawait\b|\.(emit|send|then|map|forEach)\s*\(/.test(text)
  return onlyExits ? { drains: false, closes: false } : { drains: undefined, closes: undefined }
}

function textWithCalled(scope: CodeScope, text: string, module: Module, depth: number): string {
  if (depth === 0) return text
  const names = new Set([...text.matchAll(/\b([a-zA-Z_$][\w$]*)\b/g)].map(([, name]) => name ?? ''))
  const more = [...names].flatMap((name) => {
    const binding = module.scopes.topLevel.get(name)
    const value = binding?.kind === 'function' ? binding.declaration : binding?.given[0]?.value
    if (value && isFunction(value)) return [textWithCalled(scope, module.slice(value), module, depth - 1)]
    const file = binding?.from && scope.modules.resolve(module.file, binding.from.module)
    return file ? [scope.modules.project.text(file) ?? ''] : []
  })
  return [text, ...more].join('\n')
}

const givesUp =
  /process\.(exit|kill|abort|disconnect)|\bthrow\b|\bexit\s*\(|shutdown|graceful|\.emit\(\s*['"]SIGTERM|\.disconnect\s*\(|process\.exitCode/i

/** `process.on('uncaughtException', …)` that neither ends the process nor hands it to what does. */
function survivesUncaught(scope: CodeScope): LifecycleFact['survivesUncaught'] {
  for (const module of modulesWith(scope, /uncaughtException/)) {
    for (const call of findAll(module.program, 'CallExpression')) {
      const [event, handler] = children(call, 'arguments')
      if (event?.value !== 'uncaughtException' || handler === undefined) continue
      if (!/^process\.(on|addListener)$/.test(dotted(child(call, 'callee')) ?? '')) continue
      const body = isFunction(handler) ? module.slice(handler) : textWithCalled(scope, module.slice(handler), module, 1)
      if (isFunction(handler) || body !== module.slice(handler))
        if (!givesUp.test(textWithCalled(scope, body, module, 1))) return module.at(call)
    }
  }
  return undefined
}

const noServer =
  /^(temp|tmp|test|mock|fake)|\b(io|watcher|socket|wss|cluster|emitter|event\w*|tasks?|job|queue|store|history|router|i18n|client|conn\w*|db|graceful|signals?)$/i

/** Where the server begins to listen: in an entry, else in the first file that does. */
function listenPlace(scope: CodeScope): LifecycleFact['listen'] {
  const modules = modulesWith(scope, /\.listen\s*\(/)
  const first = modules.filter(({ file }) => scope.entries.includes(file))
  for (const module of [...first, ...modules.filter((each) => !first.includes(each))]) {
    const call = findAll(module.program, 'CallExpression').find((node) => isServerListen(node, module))
    if (call) {
      const statement = statementAround(call)
      return {
        place: module.at(call),
        statementEnd: statement.end,
        serverName: serverName(scope, call, module),
        port: portOf(scope, call, module),
      }
    }
  }
  return undefined
}

function portOf(scope: CodeScope, call: Node, module: Module): number | undefined {
  const [first] = children(call, 'arguments')
  const value = first && scope.evaluator.ask(first, module)
  const port = fieldOf(value, 'port')?.value ?? value
  const numbers = (port === undefined ? [] : optionsOf(port)).flatMap(({ value: each }) =>
    each.kind === 'literal' && /^\d{2,5}$/.test(String(each.value)) ? [Number(each.value)] : [],
  )
  return numbers.at(-1)
}

function isServerListen(call: Node, module: Module): boolean {
  const callee = child(call, 'callee')
  if (callee?.type !== 'MemberExpression' || memberName(callee) !== 'listen') return false
  const [first] = children(call, 'arguments')
  if (first !== undefined && isFunction(first)) return false
  const object = child(callee, 'object')
  const name = dotted(object)
  if (name !== undefined) return !noServer.test(name)
  return (
    object !== undefined &&
    /createServer|\.listen|callback\(\)|new Koa|koa\(\)|express\(\)|\.use\s*\(/i.test(module.slice(object))
  )
}

/** `server` of `const server = app.listen()` and of `server.listen()`, where it is a server of http and not the app. */
function serverName(scope: CodeScope, call: Node, module: Module): string | undefined {
  const { parent } = call
  if (parent?.type === 'VariableDeclarator') return dotted(child(parent, 'id'))
  if (parent?.type === 'AssignmentExpression') return dotted(child(parent, 'left'))
  const object = child(child(call, 'callee'), 'object')
  const name = dotted(object)
  if (object === undefined || name === undefined) return undefined
  const made = scope.evaluator.ask(object, module)
  const text = made.origin.module.slice(made.origin.node)
  return made.kind === 'call' && /createServer|createSecureServer/.test(text) ? name : undefined
}

function keepAliveTimeout(scope: CodeScope): LifecycleFact['keepAliveTimeout'] {
  for (const module of modulesWith(scope, /keepAliveTimeout/)) {
    const write = module.scopes.memberWrites.find(({ target }) => memberName(target) === 'keepAliveTimeout')
    if (write) return module.at(write.node)
    const property = findAll(module.program, 'Property').find((node) => child(node, 'key')?.name === 'keepAliveTimeout')
    if (property) return module.at(property)
  }
  return undefined
}

function forks(scope: CodeScope): LifecycleFact['forks'] {
  return modulesWith(scope, /\bfork\b/).flatMap((module) => {
    const all = forksIn(scope, module)
    const first = all.find(({ restarts }) => !restarts)
    if (first === undefined) return []
    const again = all.filter(({ restarts }) => restarts)
    return [
      {
        place: module.at(first.node),
        respawns: again.length > 0,
        delayed: again.length > 0 && again.every(({ delayed }) => delayed),
        deprecated: /\bcluster\s*\.\s*(isMaster|setupMaster)\b/.test(module.text),
      },
    ]
  })
}
