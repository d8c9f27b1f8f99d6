import type { Happening } from '../../lib/cluster/supervisor/happening.js'
import type { End, Limits, Order } from '../../lib/cluster/supervisor/order.js'
import { Supervisor } from '../../lib/cluster/supervisor/supervisor.js'

const limits: Limits = {
  bootTimeout: 60_000,
  workerTimeout: 60_000,
  gracefulTimeout: 30_000,
  drainDelay: 0,
  memory: 0,
  maxRestarts: 10,
}

const crash: End = { code: 1, signal: null }

/** A supervisor whose clock and workers are in the hands of the test. */
export class Supervised {
  now = 0
  /** Orders that are no log lines, as words: `fork 1 in 1`. */
  done: string[] = []
  said: Happening[] = []
  readonly supervisor: Supervisor

  constructor(size: number, more: Partial<Limits> = {}) {
    const order = (order: Order) => this.#note(order)
    // In the middle: no spread of the back-off.
    this.supervisor = new Supervisor({ size, limits: { ...limits, ...more }, order, random: () => 0.5 })
    this.supervisor.start(this.now)
  }

  /** Starts, and all workers are ready. */
  static running(size: number, more: Partial<Limits> = {}): Supervised {
    const supervised = new Supervised(size, more)
    supervised.pass(50 * size)
    for (let id = 1; id <= size; id += 1) supervised.ready(id)
    supervised.take()
    return supervised
  }

  /** Lets time pass, with every wake-up on the way. */
  pass(ms: number): this {
    const end = this.now + ms
    for (let wake = this.supervisor.wake(); wake !== undefined && wake <= end; wake = this.supervisor.wake()) {
      this.now = Math.max(this.now, wake)
      this.supervisor.tick(this.now)
    }
    this.now = end
    return this
  }

  ready(id: number): this {
    this.supervisor.ready(id, this.now)
    return this
  }

  beat(id: number, memory = 0): this {
    this.supervisor.beat(id, memory, this.now)
    return this
  }

  crash(id: number, end: End = crash): this {
    this.supervisor.ended(id, end, this.now)
    return this
  }

  ended(id: number): this {
    return this.crash(id, { code: 0, signal: null })
  }

  stop(signal: string): this {
    this.supervisor.stop(signal, this.now)
    return this
  }

  reload(size?: number): this {
    this.supervisor.reload()
    if (size !== undefined) this.supervisor.prepared({ size }, this.now)
    return this
  }

  /** What was ordered since the last time. */
  take(): string[] {
    const done = this.done
    this.done = []
    return done
  }

  /** The last event of a name. */
  last<E extends Happening['event']>(event: E): Extract<Happening, { event: E }> | undefined {
    return this.said.findLast((each): each is Extract<Happening, { event: E }> => each.event === event)
  }

  events(): string[] {
    return this.said.map(({ event }) => event)
  }

  #note(order: Order): void {
    if (order.do === 'say') this.said.push(order.happening)
    if (order.do === 'fork') this.done.push(`fork ${order.worker} in ${order.slot}`)
    if (order.do === 'drain') this.done.push(`drain ${order.worker} for ${order.why} in ${order.grace}`)
    if (order.do === 'kill') this.done.push(`${order.signal} ${order.worker}`)
    if (order.do === 'exit') this.done.push(`exit ${order.code}`)
    if (order.do === 'prepare') this.done.push('prepare')
  }
}
