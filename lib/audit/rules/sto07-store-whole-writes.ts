import type { Rule } from '../finding.js'
import { replaceFix, replaceText } from '../wording/replace-session.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO07',
  slug: 'store-whole-writes',
  step: 'store',
  standards: ['CWE-362'],
  text: {
    summary: 'Sessions are in Redis, and each request writes the whole session back.',
    why: 'All workers see the same sessions, so nothing breaks. But of two requests at the same time the later one overwrites what the other saved, and a request that was under way brings a session back that a logout had ended.',
    remedy:
      'Nothing has to change for several workers. `sharedSession()` on the same Redis merges parallel requests, and a session that was ended stays ended.',
    exceptions: 'Only koa-redis is looked at: of other stores it is not known how they write.',
  },
  find: (facts, topology) =>
    facts.sessions
      .filter(({ store, library }) => store.kind === 'redis' && store.via === 'koa-redis' && library.startsWith('koa-'))
      .filter(({ store, port }) => store.how === 'given' && port.edits !== undefined)
      .map((session) => ({
        severity: 'note',
        confidence: 'high',
        title: 'parallel requests overwrite each other in the session',
        why: `${session.library} writes the whole session into Redis at the end of a request: of two at the same time the later wins, and a late one undoes a logout.`,
        do: `Nothing has to change for several workers. For sessions that parallel requests share:\n${replaceText(session, facts, topology)}`,
        at: [{ place: session.place }],
        fix: replaceFix(session, facts),
      })),
  samples: {
    bad: [
      {
        name: 'koa-session on koa-redis',
        files: koaApp("app.use(session({ store: require('koa-redis')({ url: process.env.REDIS_URL }) }, app))"),
      },
    ],
    good: [{ name: 'sharedSession()', files: koaApp('app.use(session.sharedSession())', 'koa-shared-session') }],
  },
}

export default rule
