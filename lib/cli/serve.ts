import { fileURLToPath } from 'node:url'
import { format, type LogLine } from '../cluster/log.js'
import { readMachine } from '../cluster/machine.js'
import { type Generation, runPrimary } from '../cluster/primary.js'
import { workerCount } from '../cluster/worker-count.js'
import { SessionError } from '../core/errors.js'
import type { Environment } from '../core/options.js'
import type { Command } from './commands.js'
import { type FlagWords, readFlags } from './flags.js'
import { runAlone } from './serve/alone.js'
import { findEntry, refuseUnreadable } from './serve/entry.js'
import { readEnvFiles } from './serve/environment.js'
import { serveFlags, serveHelp } from './serve/flags.js'
import { keyStep } from './serve/key-passage.js'
import { keepPidFile } from './serve/pid-file.js'
import { planSessions } from './serve/sessions.js'
import { appVariables, readLimits, readLogFormat, readThreads, readWish, readWorkerMb } from './serve/settings.js'
import { UsageError } from './usage-error.js'

/** `serve <app>`: runs it in N workers until it is told to stop. */
export const serve: Command = async (given) => {
  const words = readFlags(given, serveFlags)
  if (words.has('help')) {
    process.stdout.write(serveHelp())
    return 0
  }
  const entry = theEntry(words)
  const logFormat = readLogFormat(words)
  const log = (line: LogLine) => {
    const stream = line.level === 'info' ? process.stdout : process.stderr
    stream.write(`${format(line, logFormat, new Date())}\n`)
  }
  const first = await plan(words, entry, log).catch(asUsage)
  if (first.size === 0) return runAlone({ entry, args: words.rest, env: first.env, words })
  const limits = readLimits(words, { ...process.env, ...first.env })
  outliveReaders()
  const release = keepPidFile(words.text('pid-file'))
  const code = await runPrimary({
    first,
    prepare: (from) => plan(words, entry, log, keysOf(from.env)),
    program: { entry, args: words.rest, execArgv: nodeOptions(words) },
    limits,
    waitReady: words.has('wait-ready'),
    log,
  })
  release()
  return code
}

function theEntry(words: FlagWords): string {
  const [operand, another] = words.operands
  if (operand === undefined) throw new UsageError('serve needs the file of an app: koa-shared-session serve server.js')
  if (another !== undefined)
    throw new UsageError(`serve takes one file, and got ${another} too. Arguments of the app stand after --.`)
  const entry = findEntry(operand)
  refuseUnreadable(
    entry,
    [...words.all('require'), ...words.all('import'), ...words.all('node-arg')],
    process.env.NODE_OPTIONS ?? '',
  )
  return entry
}

/** Settles everything that a generation of workers has in common. */
async function plan(
  words: FlagWords,
  entry: string,
  log: (line: LogLine) => void,
  known: readonly string[] = [],
): Promise<Generation> {
  const added = { ...readEnvFiles(words.all('env-file'), process.env), ...appVariables(words) }
  const env: Environment = { ...process.env, ...added }
  const production = env.NODE_ENV === 'production'
  const { count, because, warning } = workerCount(readWish(words, env), readMachine(), {
    workerMb: readWorkerMb(words, env),
    production,
  })
  const sessions = words.has('own-sessions') ? undefined : await planSessions(env, entry)
  const threads = readThreads(words, env, sessions?.backend ?? 'own')
  const { keys, another } = keyStep(known, sessions?.keys ?? [])
  const text = `${count} worker${count === 1 ? '' : 's'} (${because})${threads ? `, ${threads} threads each` : ''}`
  log({ level: 'info', event: 'workers', text, fields: { count, because, threads } })
  for (const each of [warning, ...(sessions?.warnings ?? [])])
    if (each) log({ level: 'warn', event: 'warning', text: each })
  if (sessions) log({ level: 'info', event: 'sessions', text: sessions.says, fields: { backend: sessions.backend } })
  if (another)
    log({
      level: 'info',
      event: 'new-key',
      text: 'a new secret key: all workers get to know it first, and sign with it after another reload',
    })
  return {
    size: count,
    another,
    env: { ...added, ...sessions?.env, ...variablesOf(keys), ...(threads && { UV_THREADPOOL_SIZE: String(threads) }) },
  }
}

function variablesOf([newest, ...older]: readonly string[]): Record<string, string> {
  return newest === undefined ? {} : { SECRET_KEY: newest, SECRET_KEY_FALLBACKS: older.join(',') }
}

function keysOf({ SECRET_KEY = '', SECRET_KEY_FALLBACKS = '' }: Readonly<Record<string, string>>): string[] {
  return [SECRET_KEY, ...SECRET_KEY_FALLBACKS.split(',')].filter((key) => key !== '')
}

function nodeOptions(words: FlagWords): string[] {
  return [
    ...process.execArgv,
    ...words.all('node-arg'),
    '--require',
    preload(),
    ...words.all('require').flatMap((module) => ['--require', module]),
    ...words.all('import').flatMap((module) => ['--import', module]),
  ]
}

const preload = () =>
  fileURLToPath(new URL('dist/bin/worker.cjs', import.meta.resolve('koa-shared-session/package.json')))

/** A log that nobody reads any more (a pipe that was closed, a journal that restarts) is no reason to end. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => {})
}

function asUsage(error: unknown): never {
  if (!(error instanceof SessionError)) throw error
  const own = ' An app that sets its keys and store in code is served with --own-sessions.'
  throw new UsageError(`${error.message}${error.code.startsWith('SESSION_KEY') ? own : ''}`)
}
