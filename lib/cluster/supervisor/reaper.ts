import type { DrainReason, Limits, Order } from './order.js'
import type { Worker } from './worker.js'

/** ms between what a worker does by itself at the end of its grace, and SIGKILL. */
const afterGrace = 2_000
const afterTerm = 1_000
const quickGrace = 2_000

/** Ends workers: asks first, and does not wait for ever. */
export class Reaper {
  readonly #limits: Limits
  readonly #order: (order: Order) => void

  constructor(limits: Limits, order: (order: Order) => void) {
    this.#limits = limits
    this.#order = order
  }

  drain(worker: Worker, why: DrainReason, now: number, grace = this.#limits.gracefulTimeout): void {
    if (worker.state === 'dying') return
    const { id, slot, state } = worker
    this.watch(worker, now)
    this.#order({ do: 'drain', worker: id, grace, why })
    if (state === 'draining') return
    this.#order({ do: 'say', happening: { event: 'worker-draining', worker: id, slot: slot.n, why } })
  }

  drainForStop(worker: Worker, atOnce: boolean, now: number): void {
    if (worker.state === 'dying') return
    const { gracefulTimeout, drainDelay } = this.#limits
    this.drain(worker, 'stop', now, atOnce ? quickGrace : gracefulTimeout)
    worker.deadline = now + (atOnce ? quickGrace : drainDelay + gracefulTimeout + afterGrace)
  }

  /** It drains: from now on its time is limited. */
  watch(worker: Worker, now: number): void {
    worker.state = 'draining'
    worker.deadline = now + this.#limits.gracefulTimeout + afterGrace
  }

  /** Its deadline is over. */
  overdue(worker: Worker, now: number): void {
    const { id, slot } = worker
    const about = { worker: id, slot: slot.n }
    if (worker.state === 'ready') {
      this.#order({ do: 'say', happening: { event: 'worker-hangs', ...about, ms: now - worker.beat } })
      this.#order({ do: 'kill', worker: id, signal: 'SIGTERM' })
      Object.assign(worker, { state: 'dying', killed: 'hung', deadline: now + afterTerm })
      return
    }
    if (worker.state === 'booting') {
      this.#order({ do: 'say', happening: { event: 'worker-late', ...about, ms: now - worker.born } })
      Object.assign(worker, { state: 'dying', killed: 'late' })
    }
    this.#sendKill(worker)
  }

  /** Ends it at once. */
  kill(worker: Worker): void {
    worker.state = 'dying'
    this.#sendKill(worker)
  }

  #sendKill(worker: Worker): void {
    delete worker.deadline
    this.#order({ do: 'kill', worker: worker.id, signal: 'SIGKILL' })
  }
}
