import { answersOf } from '../answers.js'
import type { Facts } from '../facts.js'
import type { AppReport } from '../report.js'
import type { Topology } from '../topology.js'
import type { LiveDirectory, LiveFacts, LiveRedis } from './live-facts.js'

/** The three questions, answered by what runs; by the source where that was not asked. */
export function liveAnswers(live: LiveFacts, facts: Facts, topology: Topology): AppReport['answers'] {
  const source = answersOf(facts, topology)
  return {
    secret: keyAnswer(live) ?? source.secret,
    store: storeAnswer(live) ?? source.store,
    processes: processesAnswer(live) ?? source.processes,
  }
}

function keyAnswer({ configuration: { keys, keyVariables, ours } }: LiveFacts): string | undefined {
  const [first, ...older] = keys
  const [variable] = keyVariables ?? ['SECRET_KEY']
  if (first === undefined) return ours && variable ? `${variable} is not set in this environment` : undefined
  const strength = first.weakness === null ? `: ${first.bytes} bytes, strong` : `; it ${first.weakness.split(':')[0]}`
  const rest = older.length === 0 ? '' : `, and ${older.length} older`
  return `from ${first.variable}${strength}${rest}`
}

function storeAnswer({ configuration, redis, directory }: LiveFacts): string | undefined {
  const because = configuration.because === null ? '' : `; ${configuration.because}`
  if (redis) return `in Redis at ${redis.address}${redisState(redis)}${because}`
  if (directory) return `in files under ${directory.path}${directoryState(directory)}${because}`
  return configuration.backend === 'cookie' ? `in the cookie itself${because}` : undefined
}

function redisState({ state, server, version, latency, user }: LiveRedis): string {
  if (state === 'away') return ', which is not there'
  if (state === 'silent') return ', which does not answer'
  if (state === 'refuses-login') return ', which refuses the login'
  const name = version === null ? '' : ` ${server === 'valkey' ? 'Valkey' : 'Redis'} ${version}`
  const time = latency === null ? '' : `, ${latency} ms`
  const as = user === null ? '' : `, as ${user}`
  return ` (${[`${name}${time}${as}`.replace(/^[, ]+/, ''), state === 'serves' ? '' : 'refuses sessions'].filter(Boolean).join('; ')})`
}

function directoryState({ state, sessions, expired, countedAll, fileSystem }: LiveDirectory): string {
  if (state === 'absent') return ', made when the app starts'
  if (state !== 'private') return ', which cannot be used'
  const on = fileSystem === null ? '' : ` on ${fileSystem.name}`
  if (sessions === null) return on
  return `${on} (${countedAll ? '' : 'at least '}${sessions} live, ${expired ?? 0} expired)`
}

function processesAnswer({ visit }: LiveFacts): string | undefined {
  if (!visit?.workers) return undefined
  const { count, by } = visit.workers
  return `${count} worker${count === 1 ? '' : 's'} answered at ${visit.url} (told by ${by})`
}
