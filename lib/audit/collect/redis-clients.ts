import type { RedisClientFact } from '../facts/redis.js'
import type { Module } from '../source/modules.js'
import {
  child,
  children,
  dotted,
  findAll,
  keyName,
  memberName,
  type Node,
  statementAround,
  unwrap,
} from '../source/syntax.js'
import { fieldOf, textOf, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { handlerAround } from './local-state/handlers.js'
import { type NamedCall, namedCalls } from './named-calls.js'

const makers =
  /^((redis|@redis\/client)(\.default)?\.(createClient|createCluster)|ioredis(\.(Redis|Cluster|default))*|koa-redis)$/

/** Clients of Redis that the server makes, and how they are looked after. */
export function collectRedisClients(scope: CodeScope): RedisClientFact[] {
  return namedCalls(scope, /redis/i, makers)
    .filter(({ node, name }) => !name.startsWith('ioredis') || node.type === 'NewExpression')
    .map((call) => clientOf(scope, call))
}

function clientOf(scope: CodeScope, call: NamedCall): RedisClientFact {
  const { module, node } = call
  const statement = statementAround(node)
  const whole = module.at({ start: statement.start, end: endOf(statement, module) })
  const name = nameOf(node)
  const around = { scope, module, name, chain: module.slice(chainOf(node)) }
  const library = libraryOf(call.name)
  return {
    library,
    major: majorOf(scope.packages.get(library === 'other' ? 'redis' : library)),
    place: isPlain(statement) ? whole : module.at(node),
    name,
    url: urlOf(scope, call),
    usedBySession: library === 'koa-redis' || servesSessions(around),
    connects: does(around, 'connect'),
    errorListener: listens(around),
    inHandler: handlerAround(node, module) !== undefined,
    quits: does(around, 'quit') || does(around, 'disconnect') ? true : undefined,
    flushes: flushOf(around),
    statementEnd: whole.end,
  }
}

const libraryOf = (name: string): RedisClientFact['library'] =>
  name.startsWith('ioredis') ? 'ioredis' : name === 'koa-redis' ? 'koa-redis' : 'redis'

const majorOf = (range: string | undefined) => {
  const found = /(\d+)/.exec(range ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

/** The end of a statement, without a semicolon that stands before the next one on its line. */
const endOf = (statement: Node, module: Module) =>
  statement.end - (/\s*\n\s*;$/.exec(module.slice(statement))?.[0].length ?? 0)

const isPlain = (statement: Node) =>
  statement.type === 'VariableDeclaration' && children(statement, 'declarations').length === 1

/** `client`, `this.client`, `exports.client`: what the client is called. */
function nameOf(node: Node): string | undefined {
  const top = chainOf(node)
  const parent = top.parent?.type === 'AwaitExpression' ? top.parent.parent : top.parent
  if (parent?.type === 'VariableDeclarator') return dotted(child(parent, 'id'))
  if (parent?.type === 'AssignmentExpression') return dotted(child(parent, 'left'))
  if (parent?.type === 'PropertyDefinition' || parent?.type === 'ClassProperty') return `this.${keyName(parent)}`
  return undefined
}

/** `createClient().on('error', log).connect()` for the `createClient()` in it. */
function chainOf(node: Node): Node {
  let top = node
  for (;;) {
    const member = top.parent
    if (member?.type !== 'MemberExpression' || child(member, 'object') !== top) return top
    const call = member.parent
    if (call?.type !== 'CallExpression' || child(call, 'callee') !== member) return top
    top = call
  }
}

interface Around {
  readonly scope: CodeScope
  readonly module: Module
  readonly name: string | undefined
  readonly chain: string
}

const escaped = (name: string) => name.replace(/[$.]/g, '\\$&')

/** Text in which the client may be used: its own file, and files that import that one. */
function texts({ scope, module }: Around): string[] {
  const importers = scope.server.filter((file) => scope.modules.importsOf(file).includes(module.file))
  return [module.text, ...importers.map((file) => scope.modules.project.text(file) ?? '')]
}

/** Whether it is handed on, so that others may look after it. */
function isHandedOn({ module, name }: Around): boolean {
  if (name === undefined || name.startsWith('exports') || name.startsWith('module.')) return true
  const bare = escaped(name)
  return new RegExp(
    `export[^;\\n]*\\b${bare}\\b|exports[.\\w]*\\s*=\\s*[^;]*\\b${bare}\\b|return\\s+${bare}\\b|[(,]\\s*${bare}\\s*[,)]|resolve\\(${bare}`,
  ).test(module.text)
}

/** Whether `client.connect()` or the like is called. Undefined: somebody else may call it. */
function does(around: Around, method: string): boolean | undefined {
  const called = new RegExp(`\\.${method}\\s*\\(`)
  if (called.test(around.chain)) return true
  if (callsOn(around).some((call) => methodOf(call) === method)) return true
  return isHandedOn(around) ? (texts(around).some((text) => called.test(text)) ? true : undefined) : false
}

function listens(around: Around): boolean | undefined {
  const listener = /\.(on|addListener)\s*\(\s*['"`]error['"`]/
  if (listener.test(around.chain)) return true
  if (callsOn(around).some((call) => listensForErrors(call))) return true
  if (around.name === undefined || /\.on\(\s*(event|name|type)\b/.test(around.module.text)) return undefined
  if (!isHandedOn(around)) return false
  return texts(around).some((text) => listener.test(text)) || isPassed(around) ? undefined : false
}

/** The calls `client.a().b()` of this client in its file. */
function callsOn({ module, name }: Around): Node[] {
  if (name === undefined) return []
  return findAll(module.program, 'CallExpression').filter((call) => rootOf(call) === name)
}

function rootOf(call: Node): string | undefined {
  let next = child(child(call, 'callee'), 'object')
  while (next !== undefined && unwrap(next).type === 'CallExpression')
    next = child(child(unwrap(next), 'callee'), 'object')
  return dotted(next)
}

const methodOf = (call: Node) => memberName(child(call, 'callee') ?? call)

const listensForErrors = (call: Node) =>
  /^(on|once|addListener)$/.test(methodOf(call) ?? '') && children(call, 'arguments')[0]?.value === 'error'

const isPassed = ({ module, name }: Around) =>
  name === undefined || new RegExp(`[(,]\\s*${escaped(name)}\\s*[,)]|return\\s+${escaped(name)}\\b`).test(module.text)

/** A store of sessions is given this client. */
function servesSessions({ module, name }: Around): boolean {
  if (name === undefined) return false
  return new RegExp(`(session|store)\\w*\\s*\\(\\s*(\\{[^}]*)?\\b${escaped(name)}\\b`, 'i').test(module.text)
}

function flushOf({ scope, module, name }: Around): RedisClientFact['flushes'] {
  if (name === undefined) return undefined
  const found = findAll(module.program, 'CallExpression').find((node) => {
    const callee = child(node, 'callee')
    if (callee?.type !== 'MemberExpression' || dotted(child(callee, 'object')) !== name) return false
    const method = memberName(callee) ?? ''
    const [first] = children(node, 'arguments')
    return (
      /^flush(db|all)$/i.test(method) ||
      (/^keys$/i.test(method) && textOf(first && scope.evaluator.ask(first, module)) === '*')
    )
  })
  return found && module.at(found)
}

/** The address as written: a URL, or host and port. */
function urlOf(scope: CodeScope, { module, arguments: given }: NamedCall): string | undefined {
  const values = given.map((each) => scope.evaluator.ask(each, module))
  const [first, second] = values
  if (first?.kind === 'literal') {
    const text = String(first.value)
    if (/^\d+$/.test(text)) return `redis://${textOf(second) ?? 'localhost'}:${text}`
    return /^rediss?:|^unix:/.test(text) ? text : undefined
  }
  return first === undefined ? 'redis://localhost:6379' : fromOptions(first)
}

function fromOptions(options: Value): string | undefined {
  const socket = fieldOf(options, 'socket')?.value
  const read = (name: string) => textOf(fieldOf(options, name)?.value) ?? textOf(fieldOf(socket, name)?.value)
  const url = read('url')
  if (url !== undefined) return url
  const host = read('host')
  return host === undefined ? undefined : `redis://${host}:${read('port') ?? 6379}`
}
