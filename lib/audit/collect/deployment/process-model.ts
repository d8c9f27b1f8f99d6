import type { CommandFact, ProcessFact, ThreadFact, VariableFact } from '../../facts/deployment.js'
import type { Counted } from './process-counts.js'
import { ProcessCounter } from './process-counts.js'
import type { Reading } from './reading.js'
import { poolSize } from './thread-facts.js'

/** Names of what runs beside the server. */
export const runsBeside =
  /(^|[^a-z])(workers?|queues?|cron|jobs?|consumers?|schedulers?|release|beat|celery|mail(er)?|migrat\w*|seed|init|sidekiq|clock|flower|docs?|storybook)([^a-z]|$)/i

/**
 * The processes that start commands come to, the likeliest production start first: Kubernetes, Procfile, containers, systemd, PM2 files,
 * npm scripts that say production, Makefiles and shell scripts, then `npm start` and the other scripts.
 */
export async function processesOf(reading: Reading, commands: readonly CommandFact[]): Promise<Counted> {
  const counter = new ProcessCounter(reading, commands)
  const deployed = commands.some((command) => isDeployed(command))
  const roots = commands
    .filter((command) => isRoot(command, commands) && !(deployed && command.source === 'shell'))
    .sort((a, b) => rankOf(a) - rankOf(b))
  const processes: ProcessFact[] = []
  const threads: ThreadFact[] = []
  for (const root of roots) {
    const counted = await counter.count(root)
    processes.push(...counted.processes)
    threads.push(...counted.threads)
  }
  return { processes: withoutRepeats(processes), threads: withoutRepeats(threads) }
}

/** A file that says how production starts; beside it a shell script is somebody's convenience. */
function isDeployed({ source, when }: CommandFact): boolean {
  return !/^(npm|makefile|shell)$/.test(source) && when !== 'development' && when !== 'test'
}

/** Of a Procfile only `web` serves, or the only line that does; PM2 files speak for themselves. */
function isRoot(command: CommandFact, commands: readonly CommandFact[]): boolean {
  if (command.source === 'pm2') return false
  if (command.source !== 'procfile') return true
  if (command.name === 'web') return true
  const peers = commands.filter((other) => other.source === 'procfile' && other.place.file === command.place.file)
  return !peers.some((other) => other.name === 'web') && command.name !== 'release'
}

/** Lower is likelier. */
export function rankOf(command: CommandFact): number {
  const aside = runsBeside.test(command.name) && command.source !== 'procfile' ? 20 : 0
  const stage = command.when === 'development' || command.when === 'test' ? 40 : 0
  return sourceRank(command) + aside + stage
}

function sourceRank(command: CommandFact): number {
  const { source, when, name } = command
  if (source === 'npm') return when === 'production' ? 5 : name === 'start' ? 8 : 9
  return { kubernetes: 0, procfile: 1, paas: 2, compose: 3, dockerfile: 3, systemd: 4, pm2: 5, makefile: 6, shell: 7 }[
    source
  ]
}

function withoutRepeats<T extends { place: { file: string; start: number }; said: string }>(facts: readonly T[]): T[] {
  const seen = new Map(
    facts.map((fact) => [`${fact.place.file} ${fact.place.start} ${fact.said}`, fact]).reverse() as [string, T][],
  )
  return facts.filter((fact) => [...seen.values()].includes(fact))
}

/** The size of libuv's thread pool, where a file sets it. */
export function threadVariables(variables: readonly VariableFact[]): readonly ThreadFact[] {
  return variables
    .filter((variable) => variable.name === 'UV_THREADPOOL_SIZE')
    .map(({ value, place }) => poolSize(value, place))
}
