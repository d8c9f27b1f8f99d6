import type { LocalStateFact } from '../../facts/local-state.js'
import { child, findAll, memberName, type Node } from '../../source/syntax.js'
import { fieldOf, type Value } from '../../source/value.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { madeBy, namedCalls } from '../named-calls.js'

/** Sockets whose peers may hang on another process: socket.io without an adapter, ws servers and PubSub that broadcast. */
export function localSockets(scope: CodeScope): LocalStateFact[] {
  return [...socketIo(scope), ...webSocketBroadcasts(scope), ...pubSubs(scope)]
}

const adapters =
  /@socket\.io\/(redis|redis-streams|cluster|mongo|postgres|azure|gcp|aws)[\w-]*adapter|@socket\.io\/pm2|socket\.io-(redis|adapter-mongo|mongo|nats|ipc)|@socket\.io\/[\w-]*adapter|socket\.io-emitter/

const servers = /^(socket\.io(\.Server|\.listen|\.default)?|koa-socket(-2)?|koa-socket\.io)$/

function socketIo(scope: CodeScope): LocalStateFact[] {
  const calls = namedCalls(scope, /socket\.io|koa-socket/, servers)
  if (calls.length === 0 || modulesWith(scope, adapters).length > 0) return []
  return calls.flatMap(({ module, node, arguments: given, name }) => {
    const options = given.map((each) => scope.evaluator.ask(each, module))
    if (options.some((each) => fieldOf(each, 'adapter') !== undefined)) return []
    if (isBareOfServer(given, module.slice(node))) return []
    const webSocketOnly = options.some(onlyWebSocket)
    return [
      {
        kind: 'socket' as const,
        what: webSocketOnly ? 'socket.io without an adapter (websocket only)' : 'socket.io without an adapter',
        place: module.at(node),
        confidence: 'high' as const,
        identity: false,
        carriesLogin: false,
        library: /^koa-socket/.test(name) ? name : 'socket.io',
        uses: broadcastsOf(scope),
      },
    ]
  })
}

/** `require('socket.io')` handed on is no server yet. */
const isBareOfServer = (given: readonly Node[], text: string) => given.length === 0 && !/^new\b/.test(text)

const onlyWebSocket = (options: Value) => {
  const transports = fieldOf(options, 'transports')?.value
  return (
    transports?.kind === 'array' &&
    transports.items.length === 1 &&
    transports.items[0]?.kind === 'literal' &&
    transports.items[0].value === 'websocket'
  )
}

/** `io.emit()`, `io.to(room).emit()`, `socket.broadcast.emit()`: what other processes' clients do not get. */
function broadcastsOf(scope: CodeScope): LocalStateFact['uses'] {
  for (const module of modulesWith(scope, /\.emit\s*\(/)) {
    const call = findAll(module.program, 'CallExpression').find((each) =>
      /\b(io|nsp|namespace|server)\w*\s*(\.(to|in|of|sockets)\b[^;]{0,80})?\.emit$|\.broadcast\b[^;]{0,80}\.emit$/.test(
        module.slice(child(each, 'callee') ?? each),
      ),
    )
    if (call) return [module.at(call)]
  }
  return []
}

/** `wss.clients.forEach((client) => client.send(data))`. */
function webSocketBroadcasts(scope: CodeScope): LocalStateFact[] {
  return modulesWith(scope, /\.clients\b/).flatMap((module) =>
    findAll(module.program, 'MemberExpression')
      .filter((node) => memberName(node) === 'clients' && isWebSocketServer(scope, child(node, 'object'), module))
      .filter((node) => goesThrough(node, module.slice))
      .slice(0, 1)
      .map((node) => broadcast(module.at(node), 'a broadcast to the WebSocket clients of this process', 'ws')),
  )
}

const goesThrough = (node: Node, slice: (node: Node) => string): boolean => {
  const loop = node.parent?.type === 'ForOfStatement' ? node.parent : node.parent?.parent
  return loop !== undefined && /\.send\s*\(/.test(slice(loop))
}

function isWebSocketServer(
  scope: CodeScope,
  node: Node | undefined,
  module: Parameters<CodeScope['evaluator']['ask']>[1],
) {
  return node !== undefined && /^ws(\.|$)/.test(madeBy(scope.evaluator.ask(node, module)) ?? '')
}

/** The PubSub of graphql-subscriptions and its like, which its authors call unfit for production. */
function pubSubs(scope: CodeScope): LocalStateFact[] {
  const names = /^(graphql-subscriptions|apollo-server(-koa|-express)?|graphql-yoga)\.(PubSub|createPubSub)$/
  return namedCalls(scope, /PubSub/, names)
    .filter(({ arguments: given }) => given.length === 0)
    .map(({ module, node, name }) =>
      broadcast(module.at(node), 'subscriptions of GraphQL, published in this process', name.split('.')[0] ?? name),
    )
}

const broadcast = (place: LocalStateFact['place'], what: string, library: string): LocalStateFact => ({
  kind: 'broadcast',
  what,
  place,
  confidence: 'medium',
  identity: false,
  carriesLogin: false,
  library,
  uses: [],
})
