import type { Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'
import { sessionDirectories } from '../wording/session-directory.js'

const filesWith = (options: string) =>
  koaApp(
    `app.use(session({ store: new (require('session-file-store')(session))({ path: '/var/lib/shop/sessions'${options} }) }))`,
    'express-session',
  )

const rule: Rule = {
  id: 'FIL03',
  slug: 'session-dir-never-pruned',
  step: 'store',
  standards: ['CWE-459', 'OWASP ASVS 5.0 7.3.2'],
  text: {
    summary: 'Nothing removes the files of sessions that have ended.',
    why: 'Each visitor leaves a file. The directory grows until listing it is slow and the disk is full.',
    remedy: 'Let the store clean up, or run `koa-shared-session sessions prune` once a day.',
    exceptions: 'Stores that clean up by themselves, and those of which it cannot be told, are no finding.',
  },
  find: (facts) =>
    sessionDirectories(facts)
      .filter(({ pruned }) => pruned === false)
      .map(({ place, path }) => ({
        severity: 'warning',
        confidence: 'medium',
        title: 'session files are never removed',
        why: `Each visitor leaves a file${path ? ` in \`${path}\`` : ''}, and the clean-up is switched off: the directory grows until the disk is full.`,
        do: 'Let the store clean up (delete `reapInterval: -1`), or move to sharedSession(), which does; or remove ended sessions once a day by cron: `npx koa-shared-session sessions prune`.',
        at: [{ place }],
        fix: manual,
      })),
  samples: {
    bad: [{ name: 'the clean-up is switched off', files: filesWith(', reapInterval: -1') }],
    good: [{ name: 'the store cleans up', files: filesWith('') }],
  },
}

export default rule
