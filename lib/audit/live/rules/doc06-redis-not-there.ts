import type { LiveRedis } from '../live-facts.js'
import type { LiveFound, LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC06',
  slug: 'redis-not-there',
  step: 'store',
  standards: [],
  text: {
    summary: 'Redis does not answer.',
    why: 'Every request with a session cookie is answered 503 until it does, and nobody can log in.',
    remedy:
      'Start the server, or correct the address. A server that takes connections and says nothing hangs, swaps, or is stopped.',
    exceptions: 'Looked at from where doctor runs: a firewall or a container network may be between.',
  },
  find: ({ redis }) => (redis === null ? [] : (found[redis.state]?.(redis) ?? [])),
  samples: {
    bad: [
      { name: 'refused', live: { redis: { state: 'away', said: 'connect ECONNREFUSED 127.0.0.1:6379' } } },
      { name: 'hangs', live: { redis: { state: 'silent', said: 'it said nothing within 1500 ms' } } },
    ],
    good: [
      { name: 'serves', live: {} },
      { name: 'no Redis', live: { redis: null } },
    ],
  },
}

export default rule

const found: Partial<Record<LiveRedis['state'], (redis: LiveRedis) => LiveFound[]>> = {
  away: ({ address, said }) => [
    {
      severity: 'error',
      title: `no Redis at ${address}`,
      why: `The connection failed: ${said}. Visitors with a session get 503, and nobody can log in.`,
      do: 'Start the server, or correct the address in REDIS_URL (SESSION_REDIS_URL wins over it).',
      variables: ['SESSION_REDIS_URL', 'REDIS_URL'],
      stops: true,
    },
  ],
  silent: ({ address, said, tls }) => [
    {
      severity: 'error',
      title: `Redis at ${address} does not answer`,
      why: `The address takes connections, and ${said}. The server hangs, is stopped, ${tls ? 'speaks no TLS at this port, ' : ''}or is no Redis; visitors with a session get 503.`,
      do: 'Look at the process of the server (is it stopped, swapping, in a long script?), and whether the address is that of Redis.',
      variables: ['SESSION_REDIS_URL', 'REDIS_URL'],
      stops: true,
    },
  ],
}
