import { type Flag, flagLines } from '../flags.js'
import { settingsFlag } from '../settings-flag.js'

export const sessionsFlags: readonly Flag[] = [
  {
    name: 'where',
    value: '<field=value>',
    says: 'only sessions whose data has this value: --where user=ada, --where passport.user=42',
    many: true,
  },
  { name: 'older-than', value: '<time>', says: 'only sessions created so long ago: 90m, 12h, 30d' },
  { name: 'idle-for', value: '<time>', says: 'only sessions not saved for so long' },
  { name: 'all', says: 'revoke: all sessions, so that everybody logs in again' },
  { name: 'dry-run', says: 'revoke: says how many, and ends none' },
  { name: 'limit', value: '<n>', says: 'list: shows at most so many (default: 100)' },
  { name: 'redis', value: '<url>', says: 'the Redis to look in (SESSION_REDIS_URL, REDIS_URL)' },
  { name: 'prefix', value: '<text>', says: 'what its keys begin with (SESSION_KEY_PREFIX; default: session:)' },
  { name: 'directory', value: '<path>', says: 'the session directory to look in (SESSION_FILE_DIR)' },
  {
    ...settingsFlag,
    says: "reads the app's environment variables; those that are set already win",
  },
  { name: 'json', says: 'prints JSON' },
  { name: 'help', short: 'h', says: 'prints this' },
]

export const sessionsHelp = `Administers the sessions of an app, in Redis or in files, while it runs.

Usage
  koa-shared-session sessions count  [options]             how many are alive
  koa-shared-session sessions list   [options]             their handles, ages and sizes
  koa-shared-session sessions revoke <handle …> [options]  ends them: who comes with one has to log in again
  koa-shared-session sessions prune  [options]             removes files of expired sessions

The store is found as the app finds it: by the same environment variables, in the same directory.
No session id and no data is ever shown. A handle names a session and opens none.

Options
${flagLines(sessionsFlags)}

Exit codes
  0 done   1 the store does not answer   2 usage or configuration

Examples
  koa-shared-session sessions count --settings .env
  koa-shared-session sessions list --idle-for 7d --json
  koa-shared-session sessions revoke --where user=ada
  koa-shared-session sessions revoke --all --dry-run
`
