import type { LocalStateFact } from '../facts/local-state.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { at } from '../wording/places.js'
import { inProcesses, manual, severityFor } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'MEM03',
  slug: 'socketio-not-clustered',
  step: 'state',
  standards: [],
  text: {
    summary: 'socket.io runs without an adapter.',
    why: 'A message reaches only the clients of the process that sends it. Besides, socket.io begins with several plain requests (polling), and each of them must reach the same process; where they do not, the client gets 400 "Session ID unknown".',
    remedy:
      'Connect the processes by an adapter (@socket.io/redis-adapter on several machines, @socket.io/cluster-adapter on one), and either route each client to one process or let clients use websocket only.',
    exceptions: 'An adapter anywhere in the server, or as an option, is enough. The client library is no finding.',
  },
  find: (facts, topology) =>
    facts.localState.filter(({ kind }) => kind === 'socket').map((state) => found(state, facts, topology)),
  samples: {
    bad: [
      {
        name: 'socket.io as it is installed',
        files: server(`const io = require('socket.io')(require('http').createServer(app.callback()))
io.on('connection', (socket) => socket.on('say', (text) => io.emit('said', text)))`),
      },
    ],
    good: [
      {
        name: 'with the adapter for Redis',
        files: server(`const { Server } = require('socket.io')
const { createAdapter } = require('@socket.io/redis-adapter')
const io = new Server(require('http').createServer(app.callback()), { transports: ['websocket'] })
io.adapter(createAdapter(publisher, subscriber))`),
      },
    ],
  },
}

export default rule

function found(state: LocalStateFact, { proxies }: Facts, topology: Topology): Found {
  const [broadcast] = state.uses
  const sticky = proxies.find((proxy) => proxy.sticky !== undefined)?.sticky
  const webSocketOnly = state.what.includes('websocket only')
  const polling =
    sticky || webSocketOnly
      ? ''
      : ' Its polling requests go to different processes too, and are answered 400 "Session ID unknown".'
  return {
    severity: severityFor(topology, 'note', webSocketOnly && broadcast === undefined ? 'warning' : 'error'),
    confidence: state.confidence,
    title: 'socket.io runs without an adapter',
    why: `With ${inProcesses(topology)} a message reaches only the clients of the process that sends it${broadcast ? ` (${at(broadcast)})` : ''}.${polling}`,
    do: [
      topology.target.hosts > 1 || topology.needsRedis || topology.store === 'redis'
        ? 'Connect the processes: `io.adapter(createAdapter(publisher, subscriber))` of @socket.io/redis-adapter.'
        : 'Connect the processes: `io.adapter(createAdapter())` of @socket.io/cluster-adapter in the workers and `setupPrimary()` in the primary, or @socket.io/redis-adapter.',
      ...(sticky || webSocketOnly
        ? []
        : [
            "Let clients connect with `transports: ['websocket']`, or route each client to one process (@socket.io/sticky, or the proxy).",
          ]),
    ].join('\n'),
    at: [
      { place: state.place },
      ...(broadcast ? [{ place: broadcast, note: 'sends to all clients' }] : []),
      ...(sticky ? [{ place: sticky.place, note: 'routes a client to one process' }] : []),
    ],
    fix: manual,
  }
}
