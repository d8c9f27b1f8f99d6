import type { Happening } from './happening.js'
import type { End, Order } from './order.js'
import type { Reaper } from './reaper.js'
import { type Replacement, Rollover } from './rollover.js'
import type { Roster } from './roster.js'
import type { Starts } from './starts.js'
import { endInWords, type Slot, type Worker } from './worker.js'

const retryRecycle = 60_000

export interface ReplacementParts {
  readonly roster: Roster
  readonly reaper: Reaper
  readonly starts: Starts
  readonly order: (order: Order) => void
  /** Called after each step, to fill and empty places once nothing is replaced any more. */
  readonly settle: (now: number) => void
}

/** Replaces workers without a gap, one at a time: for a reload, or because one is too large. */
export class Replacements {
  readonly #parts: ReplacementParts
  readonly #rollover = new Rollover()

  constructor(parts: ReplacementParts) {
    this.#parts = parts
  }

  get busy(): boolean {
    return this.#rollover.busy
  }

  get current(): Replacement | undefined {
    return this.#rollover.current
  }

  /** Whether a replacement for the place boots. */
  isAwaited(slot: Slot): boolean {
    const { current } = this.#rollover
    return current?.slot === slot && this.#parts.roster.workers.get(current.next)?.state === 'booting'
  }

  reload(): void {
    if (this.#rollover.begin()) this.#parts.order({ do: 'prepare' })
    else this.#say({ event: 'reload-queued' })
  }

  /** Settings were read anew, or there is a problem with them. A new size applies when all are replaced. */
  prepared(result: { size: number } | { problem: string }, now: number): void {
    const { roster } = this.#parts
    const count = roster.size
    if ('problem' in result) {
      this.#rollover.abort()
      this.#say({ event: 'reload-aborted', at: 0, count, problem: result.problem })
    } else {
      this.#say({ event: 'reload-started', count })
      this.#rollover.replaceAll(roster.active)
      roster.size = result.size
    }
    this.#advance(now)
  }

  /** The worker is too large, so another takes its place. Nothing where that is under way, or has just failed. */
  recycle({ id, slot }: Worker, bytes: number, now: number): void {
    if ((slot.keepUntil ?? 0) > now || !this.#rollover.replaceOne(slot)) return
    this.#say({ event: 'worker-large', worker: id, slot: slot.n, bytes })
    this.#advance(now)
  }

  /** A worker that replaces another is ready: the other one goes. */
  ready(next: Worker, now: number): void {
    const { current } = this.#rollover
    if (current?.next !== next.id) return
    const { reaper, roster } = this.#parts
    const old = current.old === undefined ? undefined : roster.workers.get(current.old)
    Object.assign(next.slot, { worker: next.id, crashes: 0 })
    if (!old) this.#completed(now)
    else if (old.state !== 'draining') reaper.drain(old, current.why, now)
  }

  /** A worker that was to replace another could not start, so what serves goes on serving. */
  failed(worker: Worker, end: End, now: number): void {
    const { slot } = worker
    const problem = worker.killed === 'late' ? 'it was not ready in time' : `it ended with ${endInWords(end)}`
    const { done, total } = this.#rollover.progress ?? { done: 0, total: 0 }
    if (this.#rollover.current?.why === 'memory') {
      slot.keepUntil = now + retryRecycle
      this.#rollover.current = undefined
      this.#say({ event: 'recycle-failed', slot: slot.n, problem })
    } else {
      this.#rollover.abort()
      this.#say({ event: 'reload-aborted', at: done + 1, count: total, problem })
    }
    if (slot.worker === undefined) this.#parts.starts.again(slot, now)
    this.#advance(now)
  }

  /** The worker that was to be replaced has ended. */
  left(replacement: Replacement, now: number): void {
    replacement.old = undefined
    if (!this.isAwaited(replacement.slot)) this.#completed(now)
  }

  #completed(now: number): void {
    this.#rollover.finish()
    this.#advance(now)
  }

  /** Starts the next replacement, and ends a reload that has none left. */
  #advance(now: number): void {
    const count = this.#rollover.progress?.total ?? 0
    if (this.#rollover.takeDone()) this.#say({ event: 'reload-done', count })
    if (this.#rollover.takeAgain()) this.reload()
    const wanted = this.#rollover.next()
    if (wanted) {
      const { slot, why } = wanted
      slot.forkAt = undefined
      this.#rollover.current = { slot, why, old: slot.worker, next: this.#parts.starts.fork(slot, now) }
    }
    this.#parts.settle(now)
  }

  #say(happening: Happening): void {
    this.#parts.order({ do: 'say', happening })
  }
}
