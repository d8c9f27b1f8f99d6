import { type Flag, flagLines } from '../flags.js'
import { settingsFlag } from '../settings-flag.js'

/** The options of `serve`; the help text and docs/serve.md are made from them. */
export const serveFlags: readonly Flag[] = [
  {
    name: 'workers',
    short: 'w',
    value: '<n|auto|max>',
    says: 'how many workers; 0: none, in this process (KOA_SESSION_WORKERS, WEB_CONCURRENCY)\n(default: by CPU and memory in production, else 2)',
  },
  {
    name: 'threads',
    value: '<n>',
    says: 'threads of each worker for files, DNS and cryptography (UV_THREADPOOL_SIZE;\ndefault: 8 where sessions are in files, else 4)',
  },
  {
    name: 'worker-memory-mb',
    value: '<n>',
    says: 'what a worker is reckoned to need (KOA_SESSION_WORKER_MB; default: 200)',
  },
  { name: 'port', short: 'p', value: '<n>', says: 'sets PORT for the app' },
  { name: 'host', value: '<address>', says: 'sets HOST for the app' },
  {
    ...settingsFlag,
    says: 'reads environment variables; those that are set already win',
  },
  {
    name: 'require',
    short: 'r',
    value: '<module>',
    says: 'loads a module before the app, as node --require does',
    many: true,
  },
  {
    name: 'import',
    value: '<module>',
    says: 'loads a module before the app, as node --import does: --import tsx for TypeScript',
    many: true,
  },
  { name: 'node-arg', value: '<option>', says: 'an option for Node: --node-arg=--max-old-space-size=512', many: true },
  {
    name: 'graceful-timeout',
    value: '<s>',
    says: 'how long requests may take when a worker ends\n(KOA_SESSION_GRACEFUL_TIMEOUT; default: 30)',
  },
  {
    name: 'drain-delay',
    value: '<s>',
    says: 'how long a stopping server goes on taking requests; Kubernetes: 5 (default: 0)',
  },
  { name: 'boot-timeout', value: '<s>', says: 'how long a worker may take until it listens (default: 60)' },
  {
    name: 'worker-timeout',
    value: '<s>',
    says: 'a worker whose event loop hangs for so long is replaced; 0: never (default: 60)',
  },
  { name: 'max-memory-mb', value: '<n>', says: 'a worker that takes more is replaced (default: off)' },
  {
    name: 'max-restarts',
    value: '<n>',
    says: 'crashes in a minute, with no worker left, after which serve gives up; 0: never\n(default: 10)',
  },
  { name: 'wait-ready', says: "a worker is ready when it calls process.send('ready'), not when it listens" },
  {
    name: 'worker-header',
    value: '[=<name>]',
    says: 'answers say in this header which worker they are from, so that doctor --url can\ncount them (KOA_SESSION_WORKER_HEADER; without a name: X-Worker)',
  },
  { name: 'own-sessions', says: 'the app sets keys and store in its code: neither is looked at or set' },
  { name: 'no-audit', says: 'in production, does not say at the start whether migrate finds errors in the app' },
  { name: 'pid-file', value: '<file>', says: 'writes the number of this process there' },
  { name: 'log', value: '<text|json>', says: 'the form of the log (default: text)' },
  { name: 'help', short: 'h', says: 'prints this' },
]

export function serveHelp(): string {
  return `Runs an app in several workers on one port, and keeps them running.

Usage
  koa-shared-session serve <app> [options] [-- arguments of the app]

The app is a file that Node can run and that listens, an ES module or CommonJS. It needs no change.
The secret key and the store are settled here once, and are the same in every worker.

Options
${flagLines(serveFlags)}

Signals
  TERM, INT    finish what is under way, then end; a second one, or QUIT, ends at once
  HUP, USR2    reload code and env files, one worker after the other, without a failed request
  TTIN, TTOU   one worker more, one less

Exit codes
  0 ended in order   1 requests were cut off   2 usage or configuration   3 could not start

Examples
  koa-shared-session serve server.js
  koa-shared-session serve server.js --workers 4 --settings .env --log json
  koa-shared-session serve src/server.ts --import tsx
  koa-shared-session serve server.js --port 8080 -- --verbose
`
}
