import type { Rule } from '../finding.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'
import { sessionDirectories } from '../wording/session-directory.js'

const filesIn = (path: string) => `store: new (require('session-file-store')(session))({ path: ${path} })`

const rule: Rule = {
  id: 'FIL02',
  slug: 'session-dir-reachable',
  step: 'store',
  standards: ['CWE-552', 'CWE-538', 'CWE-732'],
  text: {
    summary: 'Session files are in a directory that is served to browsers.',
    why: 'Whoever guesses or lists a name there reads the session of somebody else.',
    remedy: 'Keep sessions in a directory of their own, outside everything that is served, with mode 0700.',
    exceptions: 'Paths that cannot be read from the source are left alone.',
  },
  find: (facts) =>
    sessionDirectories(facts).flatMap(({ path, place }) => {
      const served = facts.served.find(
        (each) => path !== undefined && each.path !== undefined && isInside(path, each.path),
      )
      if (served === undefined) return []
      return [
        {
          severity: 'error',
          confidence: 'high',
          title: 'session files are served to browsers',
          why: `\`${path}\` is inside \`${served.path}\`, which is sent to whoever asks: the sessions of all users can be read.`,
          do: 'Move the sessions out of it, into a directory that only the app may read (mode 0700), and delete the files that are there.',
          at: [{ place }, { place: served.place, note: 'served here' }],
          fix: manual,
        },
      ]
    }),
  samples: {
    bad: [
      {
        name: 'below the public directory',
        files: koaApp(
          `app.use(require('koa-static')('public'))\napp.use(session({ ${filesIn("'public/sessions'")} }))`,
          'express-session',
        ),
      },
    ],
    good: [
      {
        name: 'beside it',
        files: koaApp(
          `app.use(require('koa-static')('public'))\napp.use(session({ ${filesIn("'sessions'")} }))`,
          'express-session',
        ),
      },
    ],
  },
}

export default rule

const isInside = (path: string, served: string) =>
  served === '.' ? !path.startsWith('/') && !path.startsWith('..') : path === served || path.startsWith(`${served}/`)
