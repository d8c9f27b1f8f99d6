import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC11',
  slug: 'redis-slow',
  step: 'store',
  standards: [],
  text: {
    summary: 'Redis is far away, or busy.',
    why: 'A request with a session waits for Redis once or twice before anything else happens.',
    remedy: 'Put it near the app: same zone, same network. `SLOWLOG GET` shows long commands of others.',
    exceptions: 'The median of several PINGs counts, so one slow answer does not.',
  },
  find: ({ redis }) =>
    redis?.latency === null || redis?.latency === undefined || redis.latency < slow
      ? []
      : [
          {
            severity: 'warning',
            // At another time it may be quick.
            confidence: 'medium',
            title: `Redis takes ${redis.latency} ms for a PING`,
            why: `Each request with a session waits for that at least once; below ${slow} ms is usual in one network.`,
            do: 'Put Redis near the app, and look for long commands of others:\n  redis-cli SLOWLOG GET 10',
          },
        ],
  samples: {
    bad: [{ name: 'another continent', live: { redis: { latency: 95 } } }],
    good: [{ name: 'next door', live: {} }],
  },
}

export default rule

/** ms. Within one zone a PING takes less than one. */
const slow = 20
