import type { CrashCause, Happening } from './supervisor/happening.js'
import type { DrainReason } from './supervisor/order.js'
import { endInWords } from './supervisor/worker.js'

export type LogFormat = 'text' | 'json'
export type Level = 'info' | 'warn' | 'error'

/** One line of the log. `text` says it to a person; `event` and `fields` say it to a program. */
export interface LogLine {
  level: Level
  event: string
  text: string
  fields?: Record<string, unknown>
}

/** The line as it is printed. */
export function format(line: LogLine, as: LogFormat, time: Date): string {
  if (as === 'text') return `serve: ${line.text}`
  const { level, event, text, fields } = line
  return JSON.stringify({ time: time.toISOString(), level, event, ...fields, message: text })
}

/** What the log says of a happening. `pid` is that of its worker, `addresses` is where the server listens. */
export function lineOf(happening: Happening, pid: number | undefined, addresses: readonly string[]): LogLine {
  const { event, ...about } = happening
  // The number by which the supervisor knows a worker means nothing outside; its pid does.
  const fields = { ...about, worker: undefined, ...(pid && { pid }) }
  const who = 'slot' in happening ? `worker ${happening.slot}${pid ? ` (pid ${pid})` : ''}` : ''
  const [level, text] = sentence(happening, who, addresses)
  return { level, event, text, fields: event === 'all-ready' ? { ...fields, addresses } : fields }
}

function sentence(happening: Happening, who: string, addresses: readonly string[]): [Level, string] {
  switch (happening.event) {
    case 'worker-started':
      return ['info', `${who} starts`]
    case 'worker-ready':
      return ['info', `${who} is ready after ${happening.ms} ms`]
    case 'worker-draining':
      return ['info', `${who} finishes what is under way${reasons[happening.why]}`]
    case 'worker-ended':
      return ['info', `${who} has ended`]
    case 'worker-crashed':
      return ['error', `${who} ${causes[happening.cause]} (${endInWords(happening.end)})${afterwards(happening.again)}`]
    case 'worker-hangs':
      return [
        'error',
        `${who} has not been heard of for ${seconds(happening.ms)}: its event loop hangs, so it is ended`,
      ]
    case 'worker-late':
      return [
        'error',
        `${who} does not listen after ${seconds(happening.ms)}, so it is ended (--boot-timeout): the file that serve was given must start the server, by app.listen()`,
      ]
    case 'worker-cut-off':
      return ['warn', `${who} still had requests when its time was over; they were cut off (--graceful-timeout)`]
    case 'worker-large':
      return [
        'warn',
        `${who} takes ${Math.round(happening.bytes / 1048576)} MB, so another takes its place (--max-memory-mb)`,
      ]
    case 'worker-leaving':
      return [
        'warn',
        `${who} was told to end by somebody else (SIGTERM); it finishes what is under way, and another starts`,
      ]
    case 'all-ready':
      return ['info', `Listening on ${addresses.join(', ') || 'nothing'} with ${plural(happening.count)}`]
    case 'reload-started':
      return ['info', `reloading ${plural(happening.count)}, one after the other`]
    case 'reload-queued':
      return ['info', 'a reload is under way; another one follows it']
    case 'reload-done':
      return ['info', `reloaded ${plural(happening.count)}`]
    case 'reload-aborted':
      return [
        'error',
        `reload aborted at ${happening.at}/${happening.count}: ${happening.problem}. What served before goes on.`,
      ]
    case 'recycle-failed':
      return ['error', `${who} was not replaced: ${happening.problem}. It goes on.`]
    case 'resized':
      return ['info', `${plural(happening.count)} from now on`]
    case 'stopping':
      return [
        'info',
        `${happening.signal}: stopping; what is under way in ${plural(happening.count)} is finished first`,
      ]
    case 'stopping-now':
      return ['warn', `${happening.signal}: stopping at once`]
    case 'gave-up':
      return ['error', giveUps[happening.reason](happening.count)]
    case 'stopped':
      return ['info', `stopped (exit code ${happening.code})`]
  }
}

const reasons: Record<DrainReason, string> = { stop: '', reload: ': its successor serves', memory: '', resize: '' }

const causes: Record<CrashCause, string> = {
  own: 'crashed',
  'by-itself': 'ended by itself',
  killed: 'was killed from outside, perhaps because memory ran out',
  hung: 'was ended because it hung',
  late: 'was ended because it was not ready in time',
}

const giveUps = {
  'no-boot': (count: number) =>
    `the app could not start, in ${count} tries. What the first one said stands above. Nothing serves; exit code 3.`,
  'crash-loop': (count: number) =>
    `${count} crashes within a minute, and no worker is left. Giving up, so that whoever runs this sees it; exit code 3 (--max-restarts).`,
  port: () => 'the app cannot listen where it should, so nothing serves; exit code 3.',
}

const afterwards = (ms: number | undefined) => (ms === undefined ? '' : `; another starts in ${seconds(ms)}`)
const seconds = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`)
const plural = (count: number) => `${count} worker${count === 1 ? '' : 's'}`
