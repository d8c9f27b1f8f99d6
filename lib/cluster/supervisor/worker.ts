import type { CrashCause } from './happening.js'
import type { End, Limits } from './order.js'

/** A process, from its fork to its exit. Times in ms. */
export interface Worker {
  readonly id: number
  readonly slot: Slot
  readonly born: number
  /** `dying`: it was sent a signal that it is not expected to survive. */
  state: 'booting' | 'ready' | 'draining' | 'dying'
  readyAt?: number
  /** When it was last heard of. */
  beat: number
  /** When something harder follows, in the states draining and dying. */
  deadline?: number
  /** What we killed it for. */
  killed?: 'hung' | 'late'
  /** Nobody of ours asked it to end, but it ends in order. */
  leaving?: boolean
}

/** A place for a worker: a number from 1 on that stays while processes come and go. */
export interface Slot {
  readonly n: number
  /** The process that holds it. */
  worker?: number | undefined
  /** Crashes in a row. */
  crashes: number
  /** When the next process starts here. */
  forkAt?: number | undefined
  /** Until when a replacement for its size is not tried again. */
  keepUntil?: number
}

/** When somebody must look at the worker again; undefined: not by the clock. */
export function deadlineOf(worker: Worker, limits: Limits): number | undefined {
  if (worker.state === 'booting') return worker.born + limits.bootTimeout
  if (worker.state !== 'ready') return worker.deadline
  return limits.workerTimeout > 0 ? worker.beat + limits.workerTimeout : undefined
}

/** Why it ended unasked. */
export function causeOf(worker: Worker, { code, signal }: End): CrashCause {
  if (worker.killed) return worker.killed
  if (signal === 'SIGKILL') return 'killed'
  return code === 0 ? 'by-itself' : 'own'
}

/** How a process ended, in words. */
export function endInWords({ code, signal }: End): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}
