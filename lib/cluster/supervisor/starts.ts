import { backOff } from '../back-off.js'
import type { Order } from './order.js'
import type { Roster } from './roster.js'
import type { Slot } from './worker.js'

/** ms between the starts of a whole fleet. */
const stagger = 50

/** Starts processes: in places that are empty, and again where one has crashed. */
export class Starts {
  readonly #roster: Roster
  readonly #order: (order: Order) => void
  readonly #random: () => number

  /** `random` answers from 0 to 1. */
  constructor(roster: Roster, order: (order: Order) => void, random: () => number) {
    this.#roster = roster
    this.#order = order
    this.#random = random
  }

  /** Starts a process for a place, and answers its number. It does not hold the place yet. */
  fork(slot: Slot, now: number): number {
    const { id } = this.#roster.add(slot, now)
    this.#order({ do: 'fork', worker: id, slot: slot.n })
    this.#order({ do: 'say', happening: { event: 'worker-started', worker: id, slot: slot.n } })
    return id
  }

  /** Starts what is due. */
  tick(now: number): void {
    for (const slot of this.#roster.slots) {
      if (slot.forkAt === undefined || slot.forkAt > now) continue
      slot.forkAt = undefined
      slot.worker = this.fork(slot, now)
    }
  }

  /** Plans a start in each place that should be held. */
  fill(now: number): void {
    const empty = this.#roster.active.filter(({ worker, forkAt }) => worker === undefined && forkAt === undefined)
    for (const [index, slot] of empty.entries()) slot.forkAt = now + index * stagger
  }

  /** Plans a start after a crash. Answers the ms until then; undefined where the place is not wanted any more. */
  again(slot: Slot, now: number): number | undefined {
    if (!this.#roster.isActive(slot)) return undefined
    const delay = backOff(slot.crashes, this.#random())
    slot.crashes += 1
    slot.forkAt = now + delay
    return delay
  }
}
