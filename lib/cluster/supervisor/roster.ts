import type { Slot, Worker } from './worker.js'

/** Who holds which place. */
export class Roster {
  /** How many workers there should be. */
  size: number
  readonly workers = new Map<number, Worker>()
  readonly #slots: Slot[] = []
  #lastId = 0

  constructor(size: number) {
    this.size = size
  }

  get slots(): readonly Slot[] {
    return this.#slots
  }

  /** The places that should be held. */
  get active(): readonly Slot[] {
    while (this.#slots.length < this.size) this.#slots.push({ n: this.#slots.length + 1, crashes: 0 })
    return this.#slots.slice(0, this.size)
  }

  /** The places that are too many. */
  get surplus(): readonly Slot[] {
    return this.#slots.slice(this.size)
  }

  isActive(slot: Slot): boolean {
    return slot.n <= this.size
  }

  holder({ worker }: Slot): Worker | undefined {
    return worker === undefined ? undefined : this.workers.get(worker)
  }

  /** A worker that boots for a place; it does not hold it yet. */
  add(slot: Slot, now: number): Worker {
    this.#lastId += 1
    const worker: Worker = { id: this.#lastId, slot, born: now, beat: now, state: 'booting' }
    this.workers.set(worker.id, worker)
    return worker
  }

  /** Takes a worker off, and out of its place. */
  remove(id: number): Worker | undefined {
    const worker = this.workers.get(id)
    this.workers.delete(id)
    if (worker?.slot.worker === id) worker.slot.worker = undefined
    return worker
  }

  /** The next start or deadline. */
  wake(deadlineOf: (worker: Worker) => number | undefined): number | undefined {
    const starts = this.#slots.map(({ forkAt }) => forkAt)
    const times = [...starts, ...[...this.workers.values()].map(deadlineOf)].filter((time) => time !== undefined)
    return times.length > 0 ? Math.min(...times) : undefined
  }

  cancelStarts(): void {
    for (const slot of this.#slots) slot.forkAt = undefined
  }

  get allReady(): boolean {
    return this.active.every((slot) => this.holder(slot)?.state === 'ready')
  }

  get someServe(): boolean {
    return [...this.workers.values()].some(({ state }) => state === 'ready' || state === 'draining')
  }
}
