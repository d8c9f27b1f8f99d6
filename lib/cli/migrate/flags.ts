import { type Flag, flagLines } from '../flags.js'
import { settingsFlag } from '../settings-flag.js'

const judged = [
  { name: 'entry', value: '<file>', says: 'the file that starts the server' },
  { name: 'workers', value: '<n|auto>', says: 'workers to aim at (as deployed, else 4)' },
  { name: 'hosts', value: '<n>', says: 'hosts to aim at (as deployed, else 1)' },
  { name: 'store', value: '<redis|file|auto>', says: 'the store of the guide (default: auto)' },
  { ...settingsFlag, says: 'environment of production; the last one wins' },
  { name: 'workspace', value: '<name>', says: 'one app of a monorepo, by name or directory' },
] as const satisfies readonly Flag[]

const reported = [
  { name: 'only', value: '<rule>', says: 'by id, slug or group: SEC01, secret-weak, SEC', many: true },
  { name: 'skip', value: '<rule>', says: 'all but these', many: true },
  { name: 'min-confidence', value: '<level>', says: 'high, medium or low (default: medium)' },
  { name: 'all', says: 'also unsure findings, and what is ignored' },
  { name: 'baseline', value: '<file>', says: 'findings that are accepted; see docs/migrate.md' },
  { name: 'update-baseline', says: 'accept what is found now, drop what is gone' },
  { name: 'fail-on', value: '<level>', says: 'error (default), warning, note or never' },
] as const satisfies readonly Flag[]

const printed = [
  { name: 'format', value: '<format>', says: 'text, md, json, sarif, html, github, diff', many: true },
  { name: 'output', value: '<[format=]file>', says: 'into a file', many: true },
  { name: 'quiet', says: 'the verdict and one line a finding' },
  { name: 'no-summary', says: 'without the head' },
  { name: 'offline', says: 'without links' },
  { name: 'color', says: 'colours also where no terminal is' },
  { name: 'no-color', says: 'no colours; NO_COLOR, FORCE_COLOR are heeded' },
] as const satisfies readonly Flag[]

const changes = [
  { name: 'diff', says: 'print only the patch of all changes, for git apply' },
  { name: 'write', says: 'make the safe changes; never over uncommitted ones' },
  { name: 'unsafe', says: 'with --write: those to review, too' },
  { name: 'force', says: 'with --write: although git has uncommitted changes' },
] as const satisfies readonly Flag[]

const rules = [
  { name: 'explain', value: '<rule>', says: 'what a rule looks for, and why' },
  { name: 'list-rules', says: 'all rules; with --format json for programs' },
  { name: 'help', short: 'h', says: 'this text' },
] as const satisfies readonly Flag[]

export const migrateFlags = [...judged, ...reported, ...printed, ...changes, ...rules]

export type MigrateFlag = (typeof migrateFlags)[number]['name']

/** What `migrate --help` prints. */
export function migrateHelp(): string {
  return `Reads an existing app and prints what breaks or is unsafe when it runs in
several processes, and the steps that mend it, in order. Nothing of the app is
executed, and nothing is changed without --write.

Usage
  koa-shared-session migrate [dir | app.js] [options]

Examples
  koa-shared-session migrate                      read this directory
  koa-shared-session migrate --output GUIDE.md    write the guide for this app
  koa-shared-session migrate --diff | git apply   take the changes as a patch
  koa-shared-session migrate --write              make the safe changes
  koa-shared-session migrate --workers 8 --hosts 2
  koa-shared-session migrate --output report.sarif --fail-on warning
  koa-shared-session migrate --explain SEC01

What is judged
${flagLines(judged)}

What is reported
${flagLines(reported)}

How it is printed
${flagLines(printed)}

Changes
${flagLines(changes)}

Rules
${flagLines(rules)}

A comment leaves one finding out, with a reason:
  // koa-shared-session-ignore MEM01 -- counts requests only

Settings may stand in koa-shared-session.config.json, or in package.json under
"koa-shared-session".

Exit codes
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage or configuration, or uncommitted changes with --write
  3  a fault of this tool
  4  no server app found
`
}
