import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC08',
  slug: 'redis-refuses-sessions',
  step: 'store',
  standards: ['CWE-250'],
  text: {
    summary: 'Redis answers, and refuses what a session needs.',
    why: 'Doctor stored, read, extended and removed one record as the app does for a login, under a name of its own. The server refused a step: rights are missing, it is a replica, it is full, or it cannot write to its disk.',
    remedy: 'Do what its answer says. The rights that are needed are listed in docs/stores.md.',
    exceptions: 'The record is removed at once, and ends by itself after ten seconds.',
  },
  find: ({ redis }) =>
    redis?.state !== 'refuses-sessions'
      ? []
      : [
          {
            severity: 'error',
            title: `Redis refuses what a login needs: ${redis.said?.split(' ')[0] ?? 'no reason given'}`,
            why: `A record was stored, read, extended and removed as for a login, and the server said: ${redis.said}.`,
            do: remedyFor(redis.said ?? ''),
            variables: ['SESSION_REDIS_URL', 'REDIS_URL'],
            stops: true,
          },
        ],
  samples: {
    bad: [
      {
        name: 'rights are missing',
        live: {
          redis: {
            state: 'refuses-sessions',
            said: "NOPERM this user has no permissions to run the 'evalsha' command",
          },
        },
      },
      {
        name: 'a replica',
        live: { redis: { state: 'refuses-sessions', said: "READONLY You can't write against a read only replica" } },
      },
    ],
    good: [{ name: 'allowed', live: {} }],
  },
}

export default rule

function remedyFor(said: string): string {
  if (said.startsWith('NOPERM'))
    return 'Give the user the rights that sessions need (the prefix after ~ as configured):\n  ACL SETUSER <user> ~session:* +get +eval +evalsha +getrange +set +setrange +pexpireat +unlink +ping'
  if (said.startsWith('READONLY')) return 'This is a replica: name the primary, or use Sentinel (docs/stores.md).'
  if (said.startsWith('OOM')) return 'Its memory is full: raise maxmemory, or remove what else is kept there.'
  if (said.startsWith('MISCONF'))
    return 'It cannot save to its disk and takes no writes: see its log, and free the disk.'
  return 'See the log of the server.'
}
