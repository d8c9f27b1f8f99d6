import { optionTable } from '../../dist/core/option-table.js'

const everywhere = '`sharedSession()`, all commands'

const options = Object.entries(optionTable).flatMap(([name, { env, envAlso, says }]) =>
  [env, envAlso]
    .flat()
    .filter(Boolean)
    .map((variable) => [variable, everywhere, `The option \`${name}\`. ${says}`]),
)

/** Every variable: its name, who reads it, what it is. Those of options come from the table of options. */
export const environment = [
  ...options,
  [
    'NODE_ENV',
    everywhere,
    '`production`: a good key is required, and the cookie is Secure. `test`: sessions are in signed cookies.',
  ],
  [
    'VITEST, JEST_WORKER_ID, NODE_TEST_CONTEXT',
    '`sharedSession()`',
    'Set by test runners: sessions are in signed cookies, unless a store is named.',
  ],
  ['KOA_SESSION_WORKERS', '`serve`', 'How many workers: a number, `auto` or `max`.'],
  ['WEB_CONCURRENCY', '`serve`', 'The same, where KOA_SESSION_WORKERS is not set.'],
  ['KOA_SESSION_WORKER_MB', '`serve`', 'What a worker is reckoned to need, in MB.'],
  ['KOA_SESSION_GRACEFUL_TIMEOUT', '`serve`', 'How long requests may take when a worker ends, in seconds.'],
  ['KOA_SESSION_WORKER_HEADER', '`serve`', 'The header in which answers name their worker; none without it.'],
  ['UV_THREADPOOL_SIZE', '`serve`, Node', 'Threads of each worker for files, DNS and cryptography.'],
  ['NODE_OPTIONS', '`serve`, Node', 'Options of Node for every worker.'],
  ['PORT, HOST', 'the app', 'Set by `serve --port` and `--host`.'],
  ['KOA_SESSION_WORKER_ID', 'the app', 'Set by `serve`: the place of the worker, from 1 on.'],
  ['NODE_APP_INSTANCE', 'the app', 'Set by `serve`: the same from 0 on, as PM2 sets it.'],
  ['NO_COLOR, FORCE_COLOR, TERM', '`migrate`, `doctor`', 'Whether the report has colours.'],
  ['LC_ALL, LC_CTYPE, LANG', '`migrate`, `doctor`', 'Whether the terminal knows UTF-8.'],
  ['GITHUB_WORKSPACE', '`migrate`, `doctor`', 'With `--format github`: what paths are relative to.'],
]
