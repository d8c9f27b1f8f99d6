import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC10',
  slug: 'redis-not-persistent',
  step: 'store',
  standards: [],
  text: {
    summary: 'Redis keeps nothing on disk.',
    why: 'A restart of the server, an update say, logs everybody out.',
    remedy: 'Switch on the append-only file (`appendonly yes`, `appendfsync everysec`), or snapshots (`save 300 1`).',
    exceptions: 'A note: some can live with it, and a replica that takes over keeps the sessions too.',
  },
  find: ({ redis }) =>
    !redis?.persistence || redis.persistence.snapshots || redis.persistence.log
      ? []
      : [
          {
            severity: 'note',
            title: 'a restart of Redis logs everybody out',
            why: 'Neither snapshots (save) nor the append-only file are on, so sessions are in its memory alone.',
            do: 'Switch the append-only file on, here and in redis.conf:\n  redis-cli CONFIG SET appendonly yes',
          },
        ],
  samples: {
    bad: [{ name: 'neither', live: { redis: { persistence: { snapshots: false, log: false } } } }],
    good: [{ name: 'the log', live: { redis: { persistence: { snapshots: false, log: true } } } }],
  },
}

export default rule
