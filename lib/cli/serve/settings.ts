import type { LogFormat } from '../../cluster/log.js'
import type { Limits } from '../../cluster/supervisor/order.js'
import { type WorkerWish, workerWish } from '../../cluster/worker-count.js'
import type { Environment } from '../../core/options.js'
import type { FlagWords } from '../flags.js'
import { firstGiven, quoted, seconds, wholeNumber } from '../numbers.js'
import { UsageError } from '../usage-error.js'

const megabyte = 1024 * 1024

/** How the runner behaves; does not change while it runs. */
export function readLimits(words: FlagWords, env: Environment): Limits {
  const time = (name: string, initial: number, variable?: string) => {
    const given = firstGiven([`--${name}`, words.text(name)], [variable ?? '', variable && env[variable]])
    return given ? seconds(given) : initial * 1000
  }
  const count = (name: string, initial: number, unit: string, max: number) => {
    const given = firstGiven([`--${name}`, words.text(name)])
    return given ? wholeNumber(given, unit, 0, max) : initial
  }
  return {
    bootTimeout: time('boot-timeout', 60) || Number.POSITIVE_INFINITY,
    workerTimeout: isInspected(words, env) ? 0 : time('worker-timeout', 60),
    gracefulTimeout: time('graceful-timeout', 30, 'KOA_SESSION_GRACEFUL_TIMEOUT'),
    drainDelay: time('drain-delay', 0),
    memory: count('max-memory-mb', 0, 'megabytes', 1_000_000) * megabyte,
    maxRestarts: count('max-restarts', 10, 'crashes', 100_000),
  }
}

/** How many workers are wanted; undefined where nobody says. */
export function readWish(words: FlagWords, env: Environment): { value: WorkerWish; source: string } | undefined {
  const given = firstGiven(
    ['--workers', words.text('workers')],
    ['KOA_SESSION_WORKERS', env.KOA_SESSION_WORKERS],
    ['WEB_CONCURRENCY', env.WEB_CONCURRENCY],
  )
  if (!given) return undefined
  const value = workerWish(given.text)
  if (value !== undefined) return { value, source: given.source }
  throw new UsageError(
    `${given.source} is ${quoted(given.text)}; it must be a whole number of workers from 0 to 9999, auto or max.`,
  )
}

export function readWorkerMb(words: FlagWords, env: Environment): number {
  const given = firstGiven(
    ['--worker-memory-mb', words.text('worker-memory-mb')],
    ['KOA_SESSION_WORKER_MB', env.KOA_SESSION_WORKER_MB],
  )
  return given ? wholeNumber(given, 'megabytes', 1, 1_000_000) : 200
}

/** Threads of libuv's pool in each worker; libuv takes no more than 1024. Undefined leaves it to libuv. */
export function readThreads(words: FlagWords, env: Environment, backend: string): number | undefined {
  const given = firstGiven(['--threads', words.text('threads')], ['UV_THREADPOOL_SIZE', env.UV_THREADPOOL_SIZE])
  if (given) return wholeNumber(given, 'threads', 1, 1024)
  // A session in files must not wait behind passwords that are hashed: both use this pool. Six of them at a time (scrypt),
  // and the median of a request is 111 ms with 4 threads, 15 ms with 8, 12 ms with 16.
  return backend === 'file' ? 8 : undefined
}

export function readLogFormat(words: FlagWords): LogFormat {
  const format = words.text('log') ?? 'text'
  if (format === 'text' || format === 'json') return format
  throw new UsageError(`--log is ${quoted(format)}; it must be text or json.`)
}

/** The header in which answers name their worker; undefined: in none. */
export function readWorkerHeader(words: FlagWords, env: Environment): string | undefined {
  const given = firstGiven(
    ['--worker-header', words.has('worker-header') ? words.text('worker-header') || 'X-Worker' : undefined],
    ['KOA_SESSION_WORKER_HEADER', env.KOA_SESSION_WORKER_HEADER],
  )
  // RFC 9110 section 5.1: a token.
  if (given === undefined || /^[!#$%&'*+.^_`|~\w-]+$/.test(given.text)) return given?.text
  throw new UsageError(`${given.source} is ${quoted(given.text)}; it must be the name of a header, such as X-Worker.`)
}

/** Variables that options set for the app. */
export function appVariables(words: FlagWords): Record<string, string> {
  const port = firstGiven(['--port', words.text('port')])
  const host = words.text('host')
  return {
    ...(port && { PORT: String(wholeNumber(port, 'a port', 0, 65_535)) }),
    ...(host && { HOST: host }),
  }
}

// Whoever stands at a breakpoint does not hang.
function isInspected(words: FlagWords, env: Environment): boolean {
  return [...words.all('node-arg'), ...process.execArgv, env.NODE_OPTIONS ?? ''].some((text) =>
    text.includes('--inspect'),
  )
}
