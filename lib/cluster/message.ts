import type { DrainReason } from './supervisor/order.js'

/** What a worker tells the primary. */
export type FromWorker =
  | { tell: 'listening'; address: string }
  | { tell: 'blocked'; code: string; where: string }
  /** `memory`: resident, in bytes. */
  | { tell: 'beat'; memory: number }
  | { tell: 'leaving' }
  | { tell: 'cut-off' }
  | { tell: 'drained' }

/** What the primary tells a worker. Times in ms. */
export type ToWorker = { tell: 'drain'; grace: number; delay: number; why: DrainReason } | { tell: 'leave' }

/** What a worker is told at its start, in the environment. Times in ms. */
export interface WorkerSettings {
  readonly grace: number
  /** Between two signs of life. */
  readonly beat: number
}

export const settingsVariable = 'KOA_SESSION_SERVE'

// The app sends messages too, so ours are marked.
const mark = 'koa-shared-session'

export function wrap(message: FromWorker | ToWorker): object {
  return { [mark]: message }
}

/** Our message in what came in, or undefined. Both ends are ours, so its shape is not looked at. */
export function unwrap<T extends FromWorker | ToWorker>(message: unknown): T | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  return (message as Record<string, T | undefined>)[mark]
}

/** Whether the app says that it is ready: `process.send('ready')`, or `{ type: 'ready' }`. */
export function saysReady(message: unknown): boolean {
  if (message === 'ready') return true
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
}
