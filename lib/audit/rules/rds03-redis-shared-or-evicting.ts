import type { RedisServerFact } from '../facts/redis.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const compose = (command: string) =>
  `services:\n  app:\n    build: .\n  redis:\n    image: redis:7\n    command: redis-server ${command}\n`

const rule: Rule = {
  id: 'RDS03',
  slug: 'redis-shared-or-evicting',
  step: 'store',
  standards: [],
  text: {
    summary: 'The Redis that is to keep the sessions throws keys away, empties itself, or forgets all at a restart.',
    why: 'With `allkeys-*` Redis drops sessions of users who are logged in as soon as its memory is full; a FLUSHALL for a cache ends every session of the same server.',
    remedy:
      'A Redis, or a database number, of its own for sessions, with `noeviction` or `volatile-ttl`; caches elsewhere. `--appendonly yes` where logins should survive its restart.',
    exceptions: 'Settings of managed Redis are not in the files and are not judged.',
  },
  find: (facts, topology) => [...evicting(facts, topology), ...flushing(facts), ...forgetting(facts, topology)],
  samples: {
    bad: [
      {
        name: 'keys are thrown away',
        files: {
          ...koaApp(session),
          'docker-compose.yml': compose('--maxmemory 256mb --maxmemory-policy allkeys-lru'),
        },
      },
      {
        name: 'nothing is kept',
        files: { ...koaApp(session), 'docker-compose.yml': compose('--save "" --appendonly no') },
      },
    ],
    good: [
      {
        name: 'nothing is thrown away',
        files: {
          ...koaApp(session),
          'docker-compose.yml': compose('--maxmemory-policy noeviction --appendonly yes'),
        },
      },
      { name: 'no Redis', files: koaApp(session) },
    ],
  },
}

export default rule

const isUsed = ({ sessions }: Facts) => sessions.some(({ store }) => store.kind === 'redis')

function evicting(facts: Facts, { store }: Topology): Found[] {
  if (store !== 'redis') return []
  return facts.redisServers
    .filter(({ policy }) => policy?.value.startsWith('allkeys-'))
    .map((server) => ({
      severity: 'warning',
      confidence: isUsed(facts) ? 'high' : 'medium',
      title: `${server.name} throws sessions away when its memory is full (${server.policy?.value})`,
      why: `${server.policy?.value} drops any key, so users are logged out one by one when a cache fills the memory.`,
      do: 'Keep sessions in a Redis of their own with maxmemory-policy noeviction, or volatile-ttl, which drops those first that end soonest.',
      at: [{ place: server.policy?.place ?? server.place }],
      fix: manual,
    }))
}

function flushing(facts: Facts): Found[] {
  if (!isUsed(facts)) return []
  return facts.redisClients.flatMap(({ flushes }) =>
    flushes
      ? [
          {
            severity: 'warning',
            confidence: 'medium',
            title: 'this empties Redis, or walks through all its keys',
            why: 'Sessions are in Redis too: FLUSHALL and FLUSHDB log everybody out, KEYS stops the server while it looks.',
            do: 'Remove the keys of the cache by their prefix, with SCAN; or give the sessions a database number or a Redis of their own.',
            at: [{ place: flushes }],
            fix: manual,
          },
        ]
      : [],
  )
}

function forgetting(facts: Facts, { store }: Topology): Found[] {
  if (store !== 'redis') return []
  return facts.redisServers.filter(({ persistent }) => persistent === false).map((server) => forgets(server))
}

function forgets({ name, place }: RedisServerFact): Found {
  return {
    severity: 'note',
    confidence: 'high',
    title: `a restart of ${name} logs everybody out`,
    why: 'It keeps nothing on disk, so an update of its image ends all sessions.',
    do: '--appendonly yes and a volume for /data, where logins should outlive it.',
    at: [{ place }],
    fix: manual,
  }
}
