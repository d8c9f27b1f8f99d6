import type { DrainReason, End } from './order.js'

/** What is worth a log line. `worker` names the process, `slot` its place from 1 to N. */
export type Happening =
  | { event: 'worker-started'; worker: number; slot: number }
  | { event: 'worker-ready'; worker: number; slot: number; ms: number }
  | { event: 'worker-draining'; worker: number; slot: number; why: DrainReason }
  | { event: 'worker-ended'; worker: number; slot: number; end: End }
  /** `again`: ms until the next start in its place; undefined where a replacement is on its way. */
  | { event: 'worker-crashed'; worker: number; slot: number; end: End; cause: CrashCause; again: number | undefined }
  | { event: 'worker-hangs'; worker: number; slot: number; ms: number }
  | { event: 'worker-late'; worker: number; slot: number; ms: number }
  | { event: 'worker-cut-off'; worker: number; slot: number }
  | { event: 'worker-large'; worker: number; slot: number; bytes: number }
  /** Somebody else told it to end. */
  | { event: 'worker-leaving'; worker: number; slot: number }
  | { event: 'all-ready'; count: number }
  | { event: 'reload-started'; count: number }
  | { event: 'reload-queued' }
  | { event: 'reload-done'; count: number }
  | { event: 'reload-aborted'; at: number; count: number; problem: string }
  | { event: 'recycle-failed'; slot: number; problem: string }
  | { event: 'resized'; count: number }
  | { event: 'stopping'; signal: string; count: number }
  | { event: 'stopping-now'; signal: string; count: number }
  | { event: 'gave-up'; reason: GiveUp; count: number }
  | { event: 'stopped'; code: number }

/** Why a process ended that nobody wanted to end. */
export type CrashCause = 'own' | 'by-itself' | 'killed' | 'hung' | 'late'

export type GiveUp = 'no-boot' | 'crash-loop' | 'port'
