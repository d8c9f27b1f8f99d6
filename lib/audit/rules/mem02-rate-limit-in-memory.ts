import type { LocalStateFact } from '../facts/local-state.js'
import type { Rule } from '../finding.js'
import { inProcesses, manual, processCount, severityFor } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'MEM02',
  slug: 'rate-limit-in-memory',
  step: 'state',
  standards: ['CWE-307', 'CWE-799'],
  text: {
    summary: 'A rate limiter counts in the memory of its process.',
    why: 'Each process allows the full number. With four workers somebody who guesses passwords gets four times as many tries, and a restart gives all of them back.',
    remedy: 'Let the limiter count in Redis, which all processes share.',
    exceptions:
      'A limiter in memory that only stands in while a shared one is down is no finding. Options that cannot all be read are left alone.',
  },
  find: ({ localState }, topology) =>
    localState
      .filter(({ kind }) => kind === 'rate-limit')
      .map((state) => ({
        severity: severityFor(topology, 'note', 'warning'),
        confidence: state.confidence,
        title: state.library ? `${state.library} counts in memory` : `attempts are counted in ${state.what}`,
        why: `Each process counts for itself: with ${inProcesses(topology)} the limit is ${processCount(topology)} times as high, and a restart sets it back.`,
        do: remedyOf(state),
        at: [{ place: state.place }, ...state.uses.slice(0, 1).map((place) => ({ place, note: 'counted here' }))],
        fix: manual,
      })),
  samples: {
    bad: [
      {
        name: 'koa-ratelimit in memory',
        files: server(`app.use(require('koa-ratelimit')({ driver: 'memory', db: new Map(), max: 100 }))`),
      },
      {
        name: 'tries counted by address',
        files: server(`const failures = {}
router.post('/login', (ctx) => {
  failures[ctx.ip] = (failures[ctx.ip] || 0) + 1
  if (failures[ctx.ip] > 5) ctx.throw(429)
})`),
      },
    ],
    good: [
      {
        name: 'koa-ratelimit in Redis',
        files: server(
          `app.use(require('koa-ratelimit')({ driver: 'redis', db: new (require('ioredis'))(process.env.REDIS_URL), max: 100 }))`,
        ),
      },
      {
        name: 'memory as an insurance',
        files: server(`const { RateLimiterMemory, RateLimiterRedis } = require('rate-limiter-flexible')
const spare = new RateLimiterMemory({ points: 5 })
const limiter = new RateLimiterRedis({ points: 5, storeClient: client, insuranceLimiter: spare })`),
      },
    ],
  },
}

export default rule

const shared: Readonly<Record<string, string>> = {
  'koa-ratelimit': "`driver: 'redis', db: client`",
  'koa2-ratelimit': '`store: new Stores.Redis({ … })`',
  'express-rate-limit': '`store: new RedisStore({ … })` of rate-limit-redis',
  'rate-limiter-flexible':
    '`new RateLimiterRedis({ storeClient: client, … })`, with this one as its `insuranceLimiter`',
  '@fastify/rate-limit': '`redis: client`',
}

function remedyOf({ library, what }: LocalStateFact): string {
  const option = library && shared[library]
  if (option) return `Count in Redis: ${option}.`
  return library
    ? `Give ${library} a store that all processes share.`
    : `Count in Redis instead of \`${what.split(',')[0]}\`: \`INCR\` and \`EXPIRE\` on a key of its own for each address or user.`
}
