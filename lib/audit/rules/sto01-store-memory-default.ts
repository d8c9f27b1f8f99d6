import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { lostLogins, severityFor } from '../wording/processes.js'
import { replaceFix, replaceText } from '../wording/replace-session.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO01',
  slug: 'store-memory-default',
  step: 'store',
  standards: ['OWASP ASVS 5.0 7.4.1'],
  text: {
    summary: 'Sessions are kept in the memory of the process, because no store was given or a memory store was.',
    why: 'A login is known to the worker that saw it and to no other, and to nobody after a restart. koa-generic-session, koa-session2, koa-session-minimal, express-session and @fastify/session keep sessions in memory unless they are given a store; koa-session does not, it keeps them in the cookie.',
    remedy: 'Put `sharedSession()` in the place of the middleware, or give it a store that all processes share.',
    exceptions:
      'With one process it is a warning: sessions are lost at each restart, and a second process is out of reach. Memory in one environment only, such as tests, is no finding.',
  },
  find: (facts, topology) =>
    facts.sessions
      .filter(({ store }) => store.kind === 'memory' && store.how !== 'custom')
      .map((session) => found(session, facts, topology)),
  samples: {
    bad: [
      { name: 'koa-generic-session without a store', files: koaApp('app.use(session())', 'koa-generic-session') },
      { name: 'koa-session-minimal', files: koaApp("app.use(session({ key: 'sid' }))", 'koa-session-minimal') },
    ],
    good: [
      { name: 'koa-session keeps its data in the cookie', files: koaApp('app.use(session(app))') },
      {
        name: 'Redis',
        files: koaApp("app.use(session({ store: require('koa-redis')({}) }))", 'koa-generic-session'),
      },
    ],
  },
}

export default rule

function found(session: SessionFact, facts: Facts, topology: Topology): Found {
  const { library, store, place } = session
  const isDefault = store.how === 'default'
  return {
    severity: severityFor(topology, 'warning', 'error'),
    confidence: 'high',
    title: 'sessions are kept in the memory of each process',
    why: `${isDefault ? `${library} keeps sessions in memory when it is given no store` : `${store.via ?? 'the store'} keeps them in memory`}: ${lostLogins(topology)}.`,
    do: replaceText(session, facts, topology),
    at: [
      { place, note: isDefault ? 'no store is given' : '' },
      ...store.evidence
        .filter((each) => each.start !== place.start)
        .map((each) => ({ place: each, note: 'the store' })),
    ],
    fix: replaceFix(session, facts, topology),
  }
}
