import type { LocalStateFact } from '../facts/local-state.js'
import type { Rule } from '../finding.js'
import { oneIn } from '../wording/places.js'
import { inProcesses, manual, processCount, severityFor } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'MEM04',
  slug: 'local-broadcast',
  step: 'state',
  standards: [],
  text: {
    summary: 'A message for all clients is sent by one process to its own clients.',
    why: 'WebSocket and event-stream connections hang on one process each. What a request tells one process, the clients of the others never hear.',
    remedy: 'Publish the message on a channel of Redis, and let every process send it to its own clients.',
    exceptions:
      'Answers to the client that asked are no finding. A channel between the processes that is not Redis may be overlooked: ignore the line and give the reason.',
  },
  find: ({ localState }, topology) =>
    localState
      .filter(({ kind }) => kind === 'broadcast')
      .map((state) => ({
        severity: severityFor(topology, 'note', 'warning'),
        confidence: state.confidence,
        title: 'messages reach only the clients of one process',
        why: `With ${inProcesses(topology)} a message is heard by the clients of the one that sends it, ${oneIn(processCount(topology)).replace(/1 request/, '1 client')}.`,
        do: remedyOf(state),
        at: [{ place: state.place, note: state.what }, ...state.uses.map((place) => ({ place }))],
        fix: manual,
      })),
  samples: {
    bad: [
      {
        name: 'ws to all clients',
        files: server(`const { WebSocketServer } = require('ws')
const wss = new WebSocketServer({ port: 3001 })
router.post('/news', (ctx) => {
  wss.clients.forEach((client) => client.send(ctx.query.text))
})`),
      },
      {
        name: 'event streams in a Set',
        files: server(`const streams = new Set()
router.get('/events', (ctx) => {
  ctx.respond = false
  streams.add(ctx.res)
})
router.post('/news', (ctx) => {
  for (const stream of streams) stream.write('data: ' + ctx.query.text)
})`),
      },
    ],
    good: [
      {
        name: 'an answer to the one who asks',
        files: server(`const { WebSocketServer } = require('ws')
new WebSocketServer({ port: 3001 }).on('connection', (ws) => ws.on('message', (text) => ws.send(text)))`),
      },
    ],
  },
}

export default rule

function remedyOf({ library }: LocalStateFact): string {
  return library !== undefined && /graphql|apollo/.test(library)
    ? 'Publish through Redis: `new RedisPubSub({ publisher, subscriber })` of graphql-redis-subscriptions has the same methods.'
    : "Publish the message on a channel of Redis (`publisher.publish('news', text)`), and send it to the clients where each process hears it (`subscriber.subscribe('news')`)."
}
