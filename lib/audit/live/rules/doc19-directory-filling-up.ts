import type { LiveDirectory } from '../live-facts.js'
import type { LiveFound, LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC19',
  slug: 'directory-filling-up',
  step: 'store',
  standards: ['CWE-400'],
  text: {
    summary: 'The session directory fills up.',
    why: 'Expired sessions stay, or the disk has no room left: then no login can be stored.',
    remedy:
      'Run `npx koa-shared-session sessions prune`, and see why the app does not: it cleans up above `SESSION_FILE_THRESHOLD` files, when sessions are created.',
    exceptions: 'Expired files below twice the threshold are normal.',
  },
  find: ({ directory }) => (directory === null ? [] : [...expired(directory), ...noRoom(directory)]),
  samples: {
    bad: [
      { name: 'never cleaned', live: { directory: { sessions: 9000, expired: 8200 } } },
      { name: 'full', live: { directory: { free: 0.004 } } },
    ],
    good: [{ name: 'some expired', live: {} }],
  },
}

export default rule

function expired({ expired, threshold }: LiveDirectory): LiveFound[] {
  if (expired === null || expired < 2 * threshold) return []
  return [
    {
      severity: 'warning',
      title: `${expired} expired sessions are still in the directory`,
      why: `The app cleans up above ${threshold} files when sessions are created; so many say that it does not get to it.`,
      do: 'Remove them now, and once a day by cron:\n  npx koa-shared-session sessions prune',
      variables: ['SESSION_FILE_DIR'],
    },
  ]
}

function noRoom({ free }: LiveDirectory): LiveFound[] {
  if (free === null || free >= 0.05) return []
  return [
    {
      severity: free < 0.01 ? 'error' : 'warning',
      title: `the disk of the session directory is ${Math.floor((1 - free) * 100)} % full`,
      why: 'When it is full, no login can be stored.',
      do: 'Make room, or set SESSION_FILE_DIR to another disk.',
      variables: ['SESSION_FILE_DIR'],
    },
  ]
}
