import { type Flag, flagLines } from '../flags.js'
import { settingsFlag } from '../settings-flag.js'

const setUp = [
  { ...settingsFlag, says: 'environment of the app, as with serve; the last one wins' },
  { name: 'redis', value: '<url>', says: 'ask this Redis instead' },
  { name: 'directory', value: '<path>', says: 'look at this session directory instead' },
  { name: 'prefix', value: '<text>', says: 'what the keys in Redis begin with' },
  { name: 'workspace', value: '<name>', says: 'one app of a monorepo, by name or directory' },
  { name: 'entry', value: '<file>', says: 'the file that starts the server' },
] as const satisfies readonly Flag[]

const visited = [
  { name: 'url', value: '<url>', says: 'where the running app is: http://127.0.0.1:3000' },
  { name: 'login', value: '<request>', says: "'[METHOD] /path [body]', or @file that holds it" },
  { name: 'cookie', value: '<cookies>', says: 'of somebody who is logged in: name=value; …, or @file' },
  { name: 'page', value: '</path>', says: 'a page that shows whether one is logged in (default: /)' },
  { name: 'expect', value: '<text>', says: 'what only those see there who are logged in' },
  { name: 'requests', value: '<n>', says: 'how often it is asked for (default: 100)' },
  { name: 'header', value: "<'Name: value'>", says: 'is sent with every request', many: true },
  { name: 'worker', value: '<header|/pattern/>', says: 'what in an answer names the worker' },
] as const satisfies readonly Flag[]

const reported = [
  { name: 'only', value: '<rule>', says: 'by id or slug: DOC09, redis-evicts', many: true },
  { name: 'skip', value: '<rule>', says: 'all but these', many: true },
  { name: 'min-confidence', value: '<level>', says: 'high, medium or low (default: medium)' },
  { name: 'all', says: 'also unsure findings, and what is ignored' },
  { name: 'baseline', value: '<file>', says: 'findings that are accepted; see docs/doctor.md' },
  { name: 'update-baseline', says: 'accept what is found now, drop what is gone' },
  { name: 'fail-on', value: '<level>', says: 'error (default), warning, note or never' },
  { name: 'format', value: '<format>', says: 'text, md, json, sarif, html, github', many: true },
  { name: 'output', value: '<[format=]file>', says: 'into a file', many: true },
  { name: 'quiet', says: 'the verdict and one line a finding' },
  { name: 'no-summary', says: 'without the head' },
  { name: 'offline', says: 'without links' },
  { name: 'color', says: 'colours also where no terminal is' },
  { name: 'no-color', says: 'no colours; NO_COLOR, FORCE_COLOR are heeded' },
  { name: 'help', short: 'h', says: 'this text' },
] as const satisfies readonly Flag[]

export const doctorFlags = [...setUp, ...visited, ...reported] as const

export type DoctorFlag = (typeof doctorFlags)[number]['name']

export function doctorHelp(): string {
  return `Looks at what an app runs with: its environment, its Redis or its session
directory, its key, the processes that run, and with --url what the running app
really sends. Every probe ends in time, whatever the other side does.

Usage
  koa-shared-session doctor [dir | app.js] [options]

Examples
  koa-shared-session doctor --settings .env
  koa-shared-session doctor --url http://127.0.0.1:3000 \\
    --login 'POST /login user=ada&password=secret' --page /account --expect Ada
  koa-shared-session doctor --url https://shop.example --cookie @cookies.txt
  koa-shared-session doctor --format json --fail-on warning

What is looked at
${flagLines(setUp)}

The running app (--url): one login, then many requests on new connections, each
with the cookies of that login unchanged
${flagLines(visited)}

What is reported
${flagLines(reported)}

A comment leaves one finding out, with a reason, in the line of the finding or
above it:
  # koa-shared-session-ignore DOC13 -- only this machine reaches it

A body that begins with { is sent as JSON, any other as the fields of a form.
Words on a command line can be read by all users of the machine: write the login
or the cookies into a file, and name it with @.

Doctor stores and removes one record in Redis, and one small file in the session
directory, to see that it can be done. It changes nothing else.

Exit codes
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage
  3  a fault of this tool
  4  no server app found
`
}
