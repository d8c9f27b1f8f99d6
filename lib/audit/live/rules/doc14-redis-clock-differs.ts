import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC14',
  slug: 'redis-clock-differs',
  step: 'store',
  standards: [],
  text: {
    summary: 'The clock of Redis and the clock here differ.',
    why: 'The app says when a session ends, and Redis ends it by its own clock: sessions end too early, or stay too long. Cookies of other workers look expired.',
    remedy: 'Let both machines keep time (NTP, chrony, systemd-timesyncd).',
    exceptions: 'Half of the time that the question took is allowed for.',
  },
  find: ({ redis }) => {
    const difference = redis?.clockDifference ?? 0
    if (Math.abs(difference) < allowed) return []
    const seconds = Math.round(Math.abs(difference) / 1000)
    return [
      {
        severity: seconds >= 60 ? 'error' : 'warning',
        title: `the clock of Redis is ${seconds} s ${difference > 0 ? 'ahead' : 'behind'}`,
        why: `Redis ends sessions by its own clock, so they ${difference > 0 ? 'end too early' : 'stay too long'}, and machines disagree on which are alive.`,
        do: 'Let both machines keep time:\n  timedatectl set-ntp true',
      },
    ]
  },
  samples: {
    bad: [
      { name: 'two minutes', live: { redis: { clockDifference: 120_000 } } },
      { name: 'behind', live: { redis: { clockDifference: -5_000 } } },
    ],
    good: [{ name: 'milliseconds', live: {} }],
  },
}

export default rule

/** ms. */
const allowed = 2_000
