import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC07',
  slug: 'redis-login-refused',
  step: 'store',
  standards: ['CWE-287'],
  text: {
    summary: 'Redis refuses the user or the password.',
    why: 'No session can be read or stored, so every request with a session cookie is answered 503.',
    remedy: 'Correct user and password in the address; percent-encode characters such as `@`, `/`, `:` and `%`.',
    exceptions: 'Rights that are missing after the login are DOC08.',
  },
  find: ({ redis }) =>
    redis?.state !== 'refuses-login'
      ? []
      : [
          {
            severity: 'error',
            title: `Redis at ${redis.address} refuses ${redis.password ? 'the password' : 'us without a password'}`,
            why: `It says: ${redis.said}. No session can be read or stored.`,
            do: 'Put the right user and password into the address: redis://user:password@host:6379. Percent-encode @ / : and % in them.',
            variables: ['SESSION_REDIS_URL', 'REDIS_URL'],
            stops: true,
          },
        ],
  samples: {
    bad: [
      {
        name: 'wrong password',
        live: {
          redis: { state: 'refuses-login', said: 'WRONGPASS invalid username-password pair or user is disabled' },
        },
      },
    ],
    good: [{ name: 'accepted', live: {} }],
  },
}

export default rule
