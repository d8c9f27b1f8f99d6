import type { LogLine } from '../../cluster/log.js'
import { readMachine } from '../../cluster/machine.js'
import type { Generation } from '../../cluster/primary.js'
import { workerCount, workersInMemory } from '../../cluster/worker-count.js'
import type { Environment } from '../../core/options.js'
import type { FlagWords } from '../flags.js'
import { unreadSettings } from '../unread-settings.js'
import { readEnvFiles } from './environment.js'
import { keyStep } from './key-passage.js'
import { planSessions } from './sessions.js'
import { appVariables, readThreads, readWish, readWorkerHeader, readWorkerMb } from './settings.js'

/** Settles what a generation of workers has in common, and says so. `from`: that of the workers that are replaced. */
export async function planGeneration({
  words,
  entry,
  log,
  from,
}: {
  words: FlagWords
  entry: string
  log: (line: LogLine) => void
  from: Generation | undefined
}): Promise<Generation> {
  const added = { ...readEnvFiles(words.all('settings'), process.env), ...appVariables(words) }
  const env: Environment = { ...process.env, ...added }
  const unread = from || words.has('own-sessions') ? undefined : unreadSettings(words, process.env)
  if (unread) log({ level: 'warn', event: 'warning', text: unread })
  const machine = readMachine()
  const workerMb = readWorkerMb(words, env)
  const wish = readWish(words, env)
  const { count, because, warning } = workerCount(wish, machine, {
    workerMb,
    production: env.NODE_ENV === 'production',
  })
  const sessions = words.has('own-sessions') ? undefined : await planSessions(env, entry)
  const threads = readThreads(words, env, sessions?.backend ?? 'own')
  const header = readWorkerHeader(words, env)
  const { keys, another } = keyStep(keysOf(from?.env ?? {}), sessions?.keys ?? [])

  const text = `${count} worker${count === 1 ? '' : 's'} (${because})${threads ? `, ${threads} threads each` : ''}`
  log({ level: 'info', event: 'workers', text, fields: { count, because, threads } })
  if (sessions) log({ level: 'info', event: 'sessions', text: sessions.says, fields: { backend: sessions.backend } })
  const tight = from && workersInMemory(machine.memory, workerMb) <= from.size && noHeadRoom
  for (const each of [warning, tight, ...(sessions?.warnings ?? [])])
    if (each) log({ level: 'warn', event: 'warning', text: each })
  if (another) log({ level: 'info', event: 'new-key', text: newKey })
  return {
    size: count,
    another,
    env: {
      ...added,
      ...sessions?.env,
      ...variablesOf(keys),
      ...(threads && { UV_THREADPOOL_SIZE: String(threads) }),
      ...(header && { KOA_SESSION_WORKER_HEADER: header }),
    },
  }
}

const noHeadRoom =
  'a reload needs memory for one worker more, and there may be none. Fewer workers (--workers) or smaller ones (--worker-memory-mb) leave room.'
const newKey = 'a new secret key: all workers get to know it first, and sign with it after another reload'

function variablesOf([newest, ...older]: readonly string[]): Record<string, string> {
  return newest === undefined ? {} : { SECRET_KEY: newest, SECRET_KEY_FALLBACKS: older.join(',') }
}

function keysOf({ SECRET_KEY = '', SECRET_KEY_FALLBACKS = '' }: Readonly<Record<string, string>>): string[] {
  return [SECRET_KEY, ...SECRET_KEY_FALLBACKS.split(',')].filter((key) => key !== '')
}
