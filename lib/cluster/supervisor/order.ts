import type { Happening } from './happening.js'

/** What the supervisor wants done. Workers are named by numbers that are never used twice. */
export type Order =
  | { do: 'fork'; worker: number; slot: number }
  /** Finish what is under way within `grace` ms and end. `why` stop: the whole server is going. */
  | { do: 'drain'; worker: number; grace: number; why: DrainReason }
  | { do: 'kill'; worker: number; signal: 'SIGTERM' | 'SIGKILL' }
  /** Read settings anew for a reload, then call `prepared`. */
  | { do: 'prepare' }
  | { do: 'say'; happening: Happening }
  /** No worker is left. */
  | { do: 'exit'; code: number }

export type DrainReason = 'stop' | 'reload' | 'memory' | 'resize'

/** Times in ms, memory in bytes. */
export interface Limits {
  readonly bootTimeout: number
  /** 0: hanging workers are not looked for. */
  readonly workerTimeout: number
  readonly gracefulTimeout: number
  /** How long a stopping worker goes on taking requests, so that a load balancer can look away. */
  readonly drainDelay: number
  /** Resident memory above which a worker is replaced. 0: none. */
  readonly memory: number
  /** Crashes within a minute after which a server without a single sound worker gives up. 0: never. */
  readonly maxRestarts: number
}

/** How a process ended. */
export interface End {
  readonly code: number | null
  readonly signal: string | null
}
