import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC09',
  slug: 'redis-evicts',
  step: 'store',
  standards: ['CWE-400'],
  text: {
    summary: 'Redis may throw sessions away when its memory is full.',
    why: 'With a policy of `allkeys-*`, and with `volatile-*` too since every session has a deadline, a full Redis removes live sessions without a word: users are logged out at random, under load first.',
    remedy:
      'Set `maxmemory-policy noeviction`, and keep caches in another Redis. A full server then refuses new logins and says so.',
    exceptions: 'A warning while no `maxmemory` is set, since nothing is evicted then.',
  },
  find: ({ redis }) => {
    const policy = redis?.evictionPolicy ?? 'noeviction'
    if (policy === 'noeviction') return []
    const which = policy.startsWith('allkeys') ? 'any key' : 'keys with a deadline, as all sessions have'
    const isLimited = redis?.memoryLimit !== 0
    const effect = isLimited
      ? `At ${megabytes(redis?.memoryLimit)} it removes ${which}`
      : `No maxmemory is set yet; once it is, a full server removes ${which}`
    return [
      {
        severity: isLimited ? 'error' : 'warning',
        title: `Redis evicts sessions when it is full (${policy})`,
        why: `${effect}: users are logged out at random.`,
        do: 'Let it refuse writes instead, and keep caches in another Redis:\n  redis-cli CONFIG SET maxmemory-policy noeviction\nand the same in redis.conf, or in the settings of the provider.',
      },
    ]
  },
  samples: {
    bad: [
      { name: 'allkeys-lru with a limit', live: { redis: { evictionPolicy: 'allkeys-lru', memoryLimit: 67_108_864 } } },
      { name: 'volatile-ttl without one', live: { redis: { evictionPolicy: 'volatile-ttl', memoryLimit: 0 } } },
    ],
    good: [
      { name: 'noeviction', live: {} },
      { name: 'not told', live: { redis: { evictionPolicy: null } } },
    ],
  },
}

export default rule

const megabytes = (bytes: number | null | undefined) =>
  typeof bytes === 'number' ? `${Math.round(bytes / 1_048_576)} MB` : 'its limit'
