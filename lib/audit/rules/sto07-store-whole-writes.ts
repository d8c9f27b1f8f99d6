import type { SessionFact } from '../facts/session.js'
import type { Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
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
    exceptions:
      'Only koa-redis and stores of the app itself are looked at: of other packages it is not known how they write.',
  },
  find: (facts, topology) =>
    facts.sessions
      .filter(({ store, library }) => store.kind === 'redis' && library.startsWith('koa-'))
      .filter((session) => isKoaRedis(session) || session.store.how === 'custom')
      .map((session) => ({
        severity: 'note',
        confidence: isKoaRedis(session) ? 'high' : 'medium',
        title: 'parallel requests overwrite each other in the session',
        why: `${session.library} writes the whole session into Redis at the end of a request: of two at the same time the later wins, and a late one undoes a logout.`,
        do: `Nothing has to change for several workers. For sessions that parallel requests share:\n${isKoaRedis(session) ? replaceText(session, facts, topology) : ownStore}`,
        at: [{ place: session.place }],
        fix: isKoaRedis(session) ? replaceFix(session, facts, topology) : manual,
      })),
  samples: {
    bad: [
      {
        name: 'koa-session on koa-redis',
        files: koaApp("app.use(session({ store: require('koa-redis')({ url: process.env.REDIS_URL }) }, app))"),
      },
      {
        name: 'a store of the app itself',
        files: koaApp(
          "const redis = new (require('ioredis'))()\napp.use(session({ store: {\n  get: async (key) => JSON.parse(await redis.get(key)),\n  set: (key, value, maxAge) => redis.set(key, JSON.stringify(value), 'PX', maxAge),\n  destroy: (key) => redis.del(key),\n} }, app))",
        ),
      },
    ],
    good: [{ name: 'sharedSession()', files: koaApp('app.use(session.sharedSession())', 'koa-shared-session') }],
  },
}

export default rule

const isKoaRedis = ({ store, port }: SessionFact) =>
  store.via === 'koa-redis' && store.how === 'given' && port.edits !== undefined

const ownStore =
  'Put sharedSession() in the place of the middleware and of your store, with the same address of Redis. No machine writes that: others may read what your store keeps. Sessions begin anew with it.'
