import { channel } from 'node:diagnostics_channel'
import type Application from 'koa'
import type { Context } from 'koa'
import type { Logger } from '../core/option-table.js'

/** The events, on the app and on `node:diagnostics_channel`, under these names. */
export type SessionEvent =
  | 'session:created'
  | 'session:renewed'
  | 'session:ended'
  | 'session:missed'
  | 'session:expired'
  | 'session:invalid'
  | 'session:conflict'
  | 'session:dropped'
  | 'session:store-down'
  | 'session:store-up'

/** What an event tells: never an id, a key or data. `ctx` is there for listeners, and hidden from loggers. */
export interface SessionEventDetail {
  readonly reason: string
  readonly ctx?: Context
}

/** Tells the world what happened to a session, or to the store. */
export type Announce = (event: SessionEvent, reason: string, app: Application, ctx?: Context) => void

/** Emits on the app, and on the diagnostics channel of the same name. */
export const announce: Announce = (event, reason, app, ctx) => {
  const detail: SessionEventDetail = Object.defineProperty({ reason }, 'ctx', { value: ctx })
  const diagnostics = channel(event)
  if (diagnostics.hasSubscribers) diagnostics.publish(detail)
  // A listener that throws must not turn a good request into a failed one.
  try {
    app.emit(event, detail)
  } catch (error) {
    app.emit('error', error, ctx)
  }
}

/** Log lines that are said once per process, however often their cause occurs. */
export interface LogOnce {
  warnOnce(topic: string, line: string): void
  errorOnce(topic: string, line: string): void
  info(line: string): void
  warn(line: string): void
  error(line: string): void
}

/** The logger with every line marked as ours. */
export function createLog(logger: Logger): LogOnce {
  const said = new Set<string>()
  const once = (topic: string, say: () => void) => {
    if (said.has(topic)) return
    said.add(topic)
    say()
  }
  const mark = (line: string) => `koa-shared-session: ${line}`
  const log = {
    info: (line: string) => logger.info(mark(line)),
    warn: (line: string) => logger.warn(mark(line)),
    error: (line: string) => logger.error(mark(line)),
    warnOnce: (topic: string, line: string) => once(topic, () => log.warn(line)),
    errorOnce: (topic: string, line: string) => once(topic, () => log.error(line)),
  }
  return log
}
