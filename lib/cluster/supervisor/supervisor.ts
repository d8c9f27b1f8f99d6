import { soundAfter } from '../back-off.js'
import { CrashRecord } from './crash-record.js'
import { Ending } from './ending.js'
import type { GiveUp, Happening } from './happening.js'
import type { End, Limits, Order } from './order.js'
import { Reaper } from './reaper.js'
import { Replacements } from './replacements.js'
import { Roster } from './roster.js'
import { Starts } from './starts.js'
import { causeOf, deadlineOf, type Worker } from './worker.js'

/** Who sends SIGTERM to every process of a group (systemd, timeout) means the server: its own is about to come. */
const afterLeaving = 100

export interface SupervisorParts {
  readonly size: number
  readonly limits: Limits
  readonly order: (order: Order) => void
  /** From 0 to 1. */
  readonly random: () => number
}

/**
 * Decides what happens to a fleet of workers: starts, crashes, reloads, stops. It does nothing itself: what it wants done
 * goes out as orders, what happened comes in as calls, and the time (ms) is an argument of each.
 */
export class Supervisor {
  readonly #limits: Limits
  readonly #order: (order: Order) => void
  readonly #roster: Roster
  readonly #reaper: Reaper
  readonly #starts: Starts
  readonly #crashes = new CrashRecord()
  readonly #replacements: Replacements
  readonly #ending = new Ending()
  #announced = false

  constructor({ size, limits, order, random }: SupervisorParts) {
    this.#roster = new Roster(size)
    this.#reaper = new Reaper(limits, order)
    this.#starts = new Starts(this.#roster, order, random)
    const [roster, reaper, starts] = [this.#roster, this.#reaper, this.#starts]
    const settle = (now: number) => this.#settle(now)
    this.#replacements = new Replacements({ roster, reaper, starts, order, settle })
    this.#limits = limits
    this.#order = order
  }

  start(now: number): void {
    this.#settle(now)
  }

  /** When `tick` must be called at the latest. */
  wake(): number | undefined {
    return this.#roster.wake((worker) => deadlineOf(worker, this.#limits))
  }

  tick(now: number): void {
    this.#starts.tick(now)
    for (const worker of this.#roster.workers.values()) {
      const deadline = deadlineOf(worker, this.#limits)
      if (deadline === undefined || deadline > now) continue
      if (worker.state === 'draining') this.#ending.force()
      this.#reaper.overdue(worker, now)
    }
  }

  /** Nobody was listened to for so many ms, so nobody's silence means anything. */
  slept(ms: number): void {
    for (const worker of this.#roster.workers.values()) worker.beat += ms
  }

  /** The worker takes requests. */
  ready(id: number, now: number): void {
    const worker = this.#roster.workers.get(id)
    if (worker?.state !== 'booting') return
    Object.assign(worker, { state: 'ready', readyAt: now, beat: now })
    this.#crashes.ready()
    this.#say({ event: 'worker-ready', worker: id, slot: worker.slot.n, ms: Math.round(now - worker.born) })
    this.#replacements.ready(worker, now)
    if (this.#announced || !this.#roster.allReady) return
    this.#announced = true
    this.#say({ event: 'all-ready', count: this.#roster.size })
  }

  /** A sign of life, with the worker's resident memory in bytes. */
  beat(id: number, memory: number, now: number): void {
    const worker = this.#roster.workers.get(id)
    if (!worker) return
    worker.beat = now
    const { slot, state } = worker
    const tooLarge = this.#limits.memory > 0 && memory > this.#limits.memory
    if (!tooLarge || state !== 'ready' || slot.worker !== id || !this.#ending.running) return
    this.#replacements.recycle(worker, memory, now)
  }

  /** The worker ends in order, without having been asked by us. */
  leaving(id: number, now: number): void {
    const worker = this.#roster.workers.get(id)
    if (!worker || worker.state === 'draining' || worker.state === 'dying') return
    const { slot } = worker
    this.#reaper.watch(worker, now)
    this.#say({ event: 'worker-leaving', worker: id, slot: slot.n })
    if (slot.worker !== id) return
    slot.worker = undefined
    if (!this.#replacements.isAwaited(slot) && this.#ending.running) slot.forkAt = now + afterLeaving
  }

  /** The worker's grace was over before its requests were. */
  cutOff(id: number): void {
    const worker = this.#roster.workers.get(id)
    if (!worker) return
    this.#say({ event: 'worker-cut-off', worker: id, slot: worker.slot.n })
    this.#ending.force()
  }

  /** The worker cannot listen where it should. While nobody ever could, nothing is gained by trying again. */
  blocked(): void {
    if (!this.#crashes.everReady && this.#ending.running) this.#fail('port', 1)
  }

  ended(id: number, end: End, now: number): void {
    const worker = this.#roster.remove(id)
    if (!worker) return
    const asked = worker.state === 'draining'
    if (asked || !this.#ending.running) this.#say({ event: 'worker-ended', worker: id, slot: worker.slot.n, end })
    if (this.#ending.running) this.#goOnWithout(worker, asked ? undefined : end, now)
    else this.#finish()
  }

  /** INT and TERM end in order, and at once when repeated; QUIT ends at once. */
  stop(signal: string, now: number): void {
    const how = this.#ending.stop(signal)
    if (!how) return
    this.#roster.cancelStarts()
    this.#say({ event: how === 'at once' ? 'stopping-now' : 'stopping', signal, count: this.#roster.workers.size })
    for (const worker of this.#roster.workers.values()) this.#reaper.drainForStop(worker, how === 'at once', now)
    this.#finish()
  }

  /** Replaces all workers, one after the other, without a gap. */
  reload(): void {
    if (!this.#ending.running) return
    this.#replacements.reload()
  }

  /** Settings were read anew, or there is a problem with them. A new size applies when all are replaced. */
  prepared(result: { size: number } | { problem: string }, now: number): void {
    if (!this.#ending.running) return
    this.#replacements.prepared(result, now)
  }

  /** One worker more or less, never below one. */
  resize(by: number, now: number): void {
    if (!this.#ending.running) return
    this.#roster.size = Math.max(1, this.#roster.size + by)
    this.#say({ event: 'resized', count: this.#roster.size })
    this.#settle(now)
  }

  #goOnWithout(worker: Worker, crash: End | undefined, now: number): void {
    const replacement = this.#replacements.current
    const end = crash ?? { code: 0, signal: null }
    if (replacement?.next === worker.id && worker.readyAt === undefined) this.#replacements.failed(worker, end, now)
    else if (crash) this.#crashed(worker, crash, now)
    if (this.#ending.running && replacement?.old === worker.id) this.#replacements.left(replacement, now)
  }

  /** Fills the places that should be held, and empties the others. */
  #settle(now: number): void {
    if (this.#replacements.busy) return
    this.#starts.fill(now)
    for (const slot of this.#roster.surplus) {
      const worker = this.#roster.holder(slot)
      Object.assign(slot, { forkAt: undefined, worker: undefined })
      if (worker) this.#reaper.drain(worker, 'resize', now)
    }
  }

  #crashed(worker: Worker, end: End, now: number): void {
    const { slot } = worker
    if (worker.readyAt !== undefined && now - worker.readyAt >= soundAfter) slot.crashes = 0
    const again =
      this.#replacements.isAwaited(slot) || slot.worker !== undefined ? undefined : this.#starts.again(slot, now)
    const cause = causeOf(worker, end)
    this.#say({ event: 'worker-crashed', worker: worker.id, slot: slot.n, end, cause, again })
    this.#crashes.crashed(now)
    const verdict = this.#crashes.verdict(this.#roster.size, this.#limits.maxRestarts, this.#roster.someServe)
    if (verdict) this.#fail(verdict.reason, verdict.count)
  }

  #fail(reason: GiveUp, count: number): void {
    this.#say({ event: 'gave-up', reason, count })
    this.#ending.fail()
    this.#roster.cancelStarts()
    for (const worker of this.#roster.workers.values()) this.#reaper.kill(worker)
    this.#finish()
  }

  #finish(): void {
    if (this.#roster.workers.size > 0 || !this.#ending.end()) return
    this.#say({ event: 'stopped', code: this.#ending.code })
    this.#order({ do: 'exit', code: this.#ending.code })
  }

  #say(happening: Happening): void {
    this.#order({ do: 'say', happening })
  }
}
