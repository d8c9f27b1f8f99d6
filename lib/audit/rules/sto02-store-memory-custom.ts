import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { at } from '../wording/places.js'
import { lostLogins, severityFor } from '../wording/processes.js'
import { replaceFix, replaceText } from '../wording/replace-session.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO02',
  slug: 'store-memory-custom',
  step: 'store',
  standards: [],
  text: {
    summary: "The app's own session store keeps sessions in an object or Map of the process.",
    why: 'It looks like a store, since it was given one. Its get and set read and write a variable, and each process has its own.',
    remedy:
      'Put `sharedSession()` in its place, or let get, set and destroy work on something that all processes share.',
    exceptions: 'Silent where set also writes to a database: a cache in front of a shared store is that store.',
  },
  find: (facts, topology) =>
    facts.sessions
      .filter(({ store }) => store.kind === 'memory' && store.how === 'custom')
      .map((session) => found(session, facts, topology)),
  samples: {
    bad: [
      {
        name: 'a Map',
        files: koaApp(
          'const all = new Map()\napp.use(session({ store: { get: (id) => all.get(id), set: (id, value) => { all.set(id, value) }, destroy: (id) => { all.delete(id) } } }, app))',
        ),
      },
      {
        name: 'an object',
        files: koaApp(
          'const store = { all: {}, get(id) { return this.all[id] }, set(id, value) { this.all[id] = value }, destroy(id) { delete this.all[id] } }\napp.use(session({ store }, app))',
        ),
      },
    ],
    good: [
      {
        name: 'a cache in front of Redis',
        files: koaApp(
          "const Redis = require('ioredis')\nconst redis = new Redis()\nconst near = new Map()\napp.use(session({ store: { get: async (id) => near.get(id) ?? JSON.parse(await redis.get(id)), set: async (id, value) => { near.set(id, value); await redis.set(id, JSON.stringify(value)) }, destroy: (id) => redis.del(id) } }, app))",
        ),
      },
    ],
  },
}

export default rule

function found(session: SessionFact, facts: Facts, topology: Topology): Found {
  const { store, place } = session
  const proof = store.evidence.at(-1) ?? place
  return {
    severity: severityFor(topology, 'warning', 'error'),
    confidence: 'high',
    title: 'the session store is an object of this process',
    why: `get and set work on ${store.via ?? 'a variable'} (${at(proof)}), and each process has its own: ${lostLogins(topology)}.`,
    do: replaceText(session, facts, topology),
    at: [
      { place },
      ...store.evidence.map((each) => ({
        place: each,
        note: each === proof ? 'where sessions are kept' : 'the store',
      })),
    ],
    fix: replaceFix(session, facts, topology),
  }
}
