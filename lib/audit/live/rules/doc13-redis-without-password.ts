import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC13',
  slug: 'redis-without-password',
  step: 'store',
  standards: ['CWE-306'],
  text: {
    summary: 'Redis lets everybody in who reaches it.',
    why: 'Whoever reaches the port reads, forges and ends sessions.',
    remedy: 'Set a password, better a user of its own for the app with the rights that docs/stores.md lists.',
    exceptions: 'Silent for addresses of this machine.',
  },
  find: ({ redis }) =>
    redis === null || redis.local || redis.password || redis.state !== 'serves'
      ? []
      : [
          {
            severity: 'warning',
            title: `${redis.address} needs no password`,
            why: 'It is on another machine, and whoever reaches its port can read, forge and end every session.',
            do: 'Give the app a user of its own, and put it into the address: redis://app:password@host:6379. docs/stores.md lists the rights.',
            variables: ['SESSION_REDIS_URL', 'REDIS_URL'],
          },
        ],
  samples: {
    bad: [{ name: 'open to the network', live: { redis: { local: false, tls: true, password: false } } }],
    good: [{ name: 'this machine', live: { redis: { password: false } } }],
  },
}

export default rule
