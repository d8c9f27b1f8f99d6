import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC12',
  slug: 'redis-without-tls',
  step: 'store',
  standards: ['CWE-319', 'OWASP ASVS 5.0 12.3.1'],
  text: {
    summary: 'The way to Redis is not encrypted.',
    why: 'Whoever is on the way reads the password and the sessions.',
    remedy: 'Use `rediss://`, which needs TLS on the server.',
    exceptions:
      'Silent for addresses of this machine and for sockets. In a network of its own, a decision: `--skip DOC12`.',
  },
  find: ({ redis }) =>
    redis === null || redis.tls || redis.local
      ? []
      : [
          {
            severity: 'warning',
            title: `${redis.address} is not encrypted`,
            why: 'The server is on another machine; whoever is on the way reads the password and all sessions.',
            do: 'Switch TLS on in the server, and write rediss:// instead of redis://. Where the network is private and trusted, --skip DOC12.',
            variables: ['SESSION_REDIS_URL', 'REDIS_URL'],
          },
        ],
  samples: {
    bad: [{ name: 'another machine', live: { redis: { local: false, address: 'redis://10.0.0.7:6379' } } }],
    good: [
      { name: 'TLS', live: { redis: { local: false, tls: true, address: 'rediss://redis.example:6380' } } },
      { name: 'this machine', live: {} },
    ],
  },
}

export default rule
