import { fileURLToPath } from 'node:url'
import { format, type LogLine } from '../cluster/log.js'
import { readMachine } from '../cluster/machine.js'
import { type Generation, runPrimary } from '../cluster/primary.js'
import { SessionError } from '../core/errors.js'
import type { Command } from './commands.js'
import { type FlagWords, readFlags } from './flags.js'
import { runAlone } from './serve/alone.js'
import { auditLine, hasRoomForAudit } from './serve/audit-line.js'
import { findEntry, refuseUnreadable } from './serve/entry.js'
import { serveFlags, serveHelp } from './serve/flags.js'
import { keepPidFile } from './serve/pid-file.js'
import { planGeneration } from './serve/plan.js'
import { portLine } from './serve/port-line.js'
import { readLimits, readLogFormat, readWorkerMb } from './serve/settings.js'
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
    const more = portLine(words.text('port'), line)
    if (more) log(more)
  }
  const plan = (from?: Generation) => planGeneration({ words, entry, log, from })
  const first = await plan().catch(asUsage)
  if (first.size === 0) return runAlone({ entry, args: words.rest, env: first.env, words })
  const env = { ...process.env, ...first.env }
  const limits = readLimits(words, env)
  const audits =
    env.NODE_ENV === 'production' && hasRoomForAudit(readMachine().memory, first.size, readWorkerMb(words, env))
  outliveReaders()
  const release = keepPidFile(words.text('pid-file'))
  const code = await runPrimary({
    first,
    prepare: plan,
    program: { entry, args: words.rest, execArgv: nodeOptions(words) },
    limits,
    waitReady: words.has('wait-ready'),
    log,
    started: async () => {
      const line = audits && !words.has('no-audit') ? await auditLine(process.cwd()) : undefined
      if (line) log(line)
    },
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
