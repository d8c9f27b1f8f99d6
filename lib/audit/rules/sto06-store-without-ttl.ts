import type { Rule } from '../finding.js'
import { koaApp } from '../wording/samples.js'

const rule: Rule = {
  id: 'STO06',
  slug: 'store-without-ttl',
  step: 'store',
  standards: ['CWE-613', 'OWASP ASVS 5.0 7.3.2'],
  text: {
    summary: 'The session store writes records that never expire.',
    why: 'Each visitor leaves a record for ever: Redis fills up, and a cookie from years ago still logs in.',
    remedy:
      'Give each record its time to live: `client.set(key, value, { PX: maxAge })`. maxAge may be the string `session`.',
    exceptions: 'Looks at stores of the app that write to Redis by themselves.',
  },
  find: ({ sessions }) =>
    sessions
      .filter(({ store }) => store.expires === false && store.expiresAt !== undefined)
      .map(({ store, place }) => ({
        severity: 'warning',
        confidence: 'medium',
        title: 'sessions in Redis never expire',
        why: 'The record is set without a time to live, so every visitor leaves one for ever, and old cookies keep working.',
        do: "Pass the time to live on: client.set(key, value, { PX: maxAge }) with node-redis, client.set(key, value, 'PX', maxAge) with ioredis. maxAge may be the string 'session'.",
        at: [{ place: store.expiresAt ?? place }],
        fix: { grade: 'manual', edits: [] },
      })),
  samples: {
    bad: [
      {
        name: 'set without a time',
        files: koaApp(
          "const Redis = require('ioredis')\nconst redis = new Redis()\napp.use(session({ store: { get: async (id) => JSON.parse(await redis.get(id)), set: (id, value) => redis.set(id, JSON.stringify(value)), destroy: (id) => redis.del(id) } }, app))",
        ),
      },
    ],
    good: [
      {
        name: 'with a time',
        files: koaApp(
          "const Redis = require('ioredis')\nconst redis = new Redis()\napp.use(session({ store: { get: async (id) => JSON.parse(await redis.get(id)), set: (id, value, maxAge) => redis.set(id, JSON.stringify(value), 'PX', maxAge), destroy: (id) => redis.del(id) } }, app))",
        ),
      },
    ],
  },
}

export default rule
