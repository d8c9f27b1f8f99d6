import type { ProxyFact } from '../facts/proxy.js'
import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const nginx = `upstream app {
  ip_hash;
  server 127.0.0.1:3001;
  server 127.0.0.1:3002;
}
server {
  listen 80;
  location / {
    proxy_pass http://app;
  }
}
`

const rule: Rule = {
  id: 'PRC04',
  slug: 'sticky-as-workaround',
  step: 'processes',
  standards: [],
  text: {
    summary: 'The proxy sends each client to one process, since sessions live in that process.',
    why: 'It hides the problem until a process restarts: each deploy and each crash logs out its share of the users, and load cannot be spread evenly.',
    remedy: 'Give the sessions a shared store, then take the stickiness out.',
    exceptions: 'Silent where sessions are shared. socket.io with long polling needs stickiness: then it may stay.',
  },
  find: (facts) => {
    const session = facts.sessions.find(({ store }) => store.shared === false)
    const sticky = facts.proxies.filter((proxy) => proxy.sticky !== undefined)
    return session ? sticky.map((proxy) => found(facts, session, proxy)) : []
  },
  samples: {
    bad: [
      {
        name: 'ip_hash before sessions in memory',
        files: { ...koaApp('app.use(session({}, app))', 'koa-generic-session'), 'nginx.conf': nginx },
      },
    ],
    good: [
      {
        name: 'sessions in the cookie',
        files: { ...koaApp('app.use(session(app))'), 'nginx.conf': nginx },
      },
    ],
  },
}

export default rule

function found({ localState }: Facts, session: SessionFact, { sticky, kind, place }: ProxyFact): Found {
  const sockets = localState.some((state) => state.kind === 'socket')
  return {
    severity: 'warning',
    confidence: 'high',
    title: `${sticky?.by ?? kind} sends each client to one process (${sticky?.how ?? 'sticky'})`,
    why: `The sessions of ${session.library} (${at(session.place)}) live in one process each. Stickiness hides that until a process restarts: every deploy logs its users out.`,
    do: `Give the sessions a shared store first, then take \`${sticky?.how ?? 'the stickiness'}\` out.${sockets ? ' socket.io with long polling needs it, though: keep it for its path, or let the clients use websockets only.' : ''}`,
    at: [{ place: sticky?.place ?? place }, { place: session.place, note: 'sessions in one process' }],
    fix: manual,
  }
}
