import { backOff, soundAfter } from '../back-off.js'
import { CrashRecord } from './crash-record.js'
import { Ending } from './ending.js'
import type { GiveUp, Happening } from './happening.js'
import type { End, Limits, Order } from './order.js'
import { Reaper } from './reaper.js'
import { Rollover } from './rollover.js'
import { Roster } from './roster.js'
import { causeOf, deadlineOf, endInWords, type Slot, type Worker } from './worker.js'

const stagger = 50
const retryRecycle = 60_000
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
  readonly #random: () => number
  readonly #roster: Roster
  readonly #reaper: Reaper
  readonly #crashes = new CrashRecord()
  readonly #rollover = new Rollover()
  readonly #ending = new Ending()
  #announced = false

  constructor({ size, limits, order, random }: SupervisorParts) {
    this.#roster = new Roster(size)
    this.#reaper = new Reaper(limits, order)
    this.#limits = limits
    this.#order = order
    this.#random = random
  }

  start(now: number): void {
    this.#settle(now)
  }

  /** When `tick` must be called at the latest. */
  wake(): number | undefined {
    return this.#roster.wake((worker) => deadlineOf(worker, this.#limits))
  }

  tick(now: number): void {
    for (const slot of this.#roster.slots) {
      if (slot.forkAt === undefined || slot.forkAt > now) continue
      slot.forkAt = undefined
      slot.worker = this.#fork(slot, now)
    }
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
    if (this.#rollover.current?.next === id) this.#takeOver(worker, now)
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
    if ((slot.keepUntil ?? 0) > now || !this.#rollover.replaceOne(slot)) return
    this.#say({ event: 'worker-large', worker: id, slot: slot.n, bytes: memory })
    this.#advance(now)
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
    if (!this.#isAwaited(slot) && this.#ending.running) slot.forkAt = now + afterLeaving
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
    if (this.#rollover.begin()) this.#order({ do: 'prepare' })
    else this.#say({ event: 'reload-queued' })
  }

  /** Settings were read anew, or there is a problem with them. A new size applies when all are replaced. */
  prepared(result: { size: number } | { problem: string }, now: number): void {
    if (!this.#ending.running) return
    const count = this.#roster.size
    if ('problem' in result) {
      this.#rollover.abort()
      this.#say({ event: 'reload-aborted', at: 0, count, problem: result.problem })
    } else {
      this.#say({ event: 'reload-started', count })
      this.#rollover.replaceAll(this.#roster.active)
      this.#roster.size = result.size
    }
    this.#advance(now)
  }

  /** One worker more or less, never below one. */
  resize(by: number, now: number): void {
    if (!this.#ending.running) return
    this.#roster.size = Math.max(1, this.#roster.size + by)
    this.#say({ event: 'resized', count: this.#roster.size })
    this.#settle(now)
  }

  #goOnWithout(worker: Worker, crash: End | undefined, now: number): void {
    const replacement = this.#rollover.current
    const end = crash ?? { code: 0, signal: null }
    if (replacement?.next === worker.id && worker.readyAt === undefined) this.#abort(worker, end, now)
    else if (crash) this.#crashed(worker, crash, now)
    if (!this.#ending.running || replacement?.old !== worker.id) return
    replacement.old = undefined
    if (!this.#isAwaited(worker.slot)) this.#completed(now)
  }

  #fork(slot: Slot, now: number): number {
    const { id } = this.#roster.add(slot, now)
    this.#order({ do: 'fork', worker: id, slot: slot.n })
    this.#say({ event: 'worker-started', worker: id, slot: slot.n })
    return id
  }

  /** Whether a replacement for the place boots. */
  #isAwaited(slot: Slot): boolean {
    const replacement = this.#rollover.current
    return replacement?.slot === slot && this.#roster.workers.get(replacement.next)?.state === 'booting'
  }

  /** Fills the places that should be held, and empties the others. */
  #settle(now: number): void {
    if (this.#rollover.busy) return
    const empty = this.#roster.active.filter(({ worker, forkAt }) => worker === undefined && forkAt === undefined)
    for (const [index, slot] of empty.entries()) slot.forkAt = now + index * stagger
    for (const slot of this.#roster.surplus) {
      const worker = this.#roster.holder(slot)
      Object.assign(slot, { forkAt: undefined, worker: undefined })
      if (worker) this.#reaper.drain(worker, 'resize', now)
    }
  }

  #crashed(worker: Worker, end: End, now: number): void {
    const { slot } = worker
    if (worker.readyAt !== undefined && now - worker.readyAt >= soundAfter) slot.crashes = 0
    const again = this.#isAwaited(slot) || slot.worker !== undefined ? undefined : this.#startLater(slot, now)
    const cause = causeOf(worker, end)
    this.#say({ event: 'worker-crashed', worker: worker.id, slot: slot.n, end, cause, again })
    this.#crashes.crashed(now)
    const verdict = this.#crashes.verdict(this.#roster.size, this.#limits.maxRestarts, this.#roster.someServe)
    if (verdict) this.#fail(verdict.reason, verdict.count)
  }

  /** The ms until the next start; undefined where the place is not wanted any more. */
  #startLater(slot: Slot, now: number): number | undefined {
    if (!this.#roster.isActive(slot)) return undefined
    const delay = backOff(slot.crashes, this.#random())
    slot.crashes += 1
    slot.forkAt = now + delay
    return delay
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

  /** Starts the next replacement, and ends a reload that has none left. */
  #advance(now: number): void {
    const count = this.#rollover.progress?.total ?? 0
    if (this.#rollover.takeDone()) this.#say({ event: 'reload-done', count })
    if (this.#rollover.takeAgain()) this.reload()
    const wanted = this.#rollover.next()
    if (wanted) {
      const { slot, why } = wanted
      slot.forkAt = undefined
      this.#rollover.current = { slot, why, old: slot.worker, next: this.#fork(slot, now) }
    }
    this.#settle(now)
  }

  #takeOver(next: Worker, now: number): void {
    const { old: oldId, why = 'reload' } = this.#rollover.current ?? {}
    const old = oldId === undefined ? undefined : this.#roster.workers.get(oldId)
    Object.assign(next.slot, { worker: next.id, crashes: 0 })
    if (!old) this.#completed(now)
    else if (old.state !== 'draining') this.#reaper.drain(old, why, now)
  }

  #completed(now: number): void {
    this.#rollover.finish()
    this.#advance(now)
  }

  /** The replacement could not start, so what serves goes on serving. */
  #abort(worker: Worker, end: End, now: number): void {
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
    if (slot.worker === undefined) this.#startLater(slot, now)
    this.#advance(now)
  }

  #say(happening: Happening): void {
    this.#order({ do: 'say', happening })
  }
}
