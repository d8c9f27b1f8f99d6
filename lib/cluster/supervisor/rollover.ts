import type { Slot } from './worker.js'

/** One process taking another's place: the new one first, then the old one goes. */
export interface Replacement {
  readonly slot: Slot
  readonly why: 'reload' | 'memory'
  readonly next: number
  /** Undefined where there was none, or it has ended meanwhile. */
  old: number | undefined
}

interface Wanted {
  readonly slot: Slot
  readonly why: 'reload' | 'memory'
}

/** The replacements that are to come, one at a time, and how far a reload is. */
export class Rollover {
  current: Replacement | undefined
  #queue: Wanted[] = []
  #reload: { phase: 'preparing' | 'replacing'; done: number; total: number } | undefined
  #again = false

  get busy(): boolean {
    return this.current !== undefined || this.#queue.length > 0 || this.#reload !== undefined
  }

  /** Where a reload stands; undefined where there is none. */
  get progress(): { done: number; total: number } | undefined {
    return this.#reload
  }

  /** False where one is under way already: it will be followed by one more. */
  begin(): boolean {
    if (this.#reload) {
      this.#again = true
      return false
    }
    this.#reload = { phase: 'preparing', done: 0, total: 0 }
    return true
  }

  replaceAll(slots: readonly Slot[]): void {
    this.#reload = { phase: 'replacing', done: 0, total: slots.length }
    this.#queue = slots.map((slot) => ({ slot, why: 'reload' }))
  }

  /** False where it is wanted already. */
  replaceOne(slot: Slot): boolean {
    if (this.current?.slot === slot || this.#queue.some((wanted) => wanted.slot === slot)) return false
    this.#queue.push({ slot, why: 'memory' })
    return true
  }

  next(): Wanted | undefined {
    return this.current ? undefined : this.#queue.shift()
  }

  /** The current replacement is complete. */
  finish(): void {
    if (this.current?.why === 'reload' && this.#reload) this.#reload.done += 1
    this.current = undefined
  }

  /** True, once, when a reload has replaced everything. */
  takeDone(): boolean {
    if (this.current || this.#reload?.phase !== 'replacing' || this.#reload.done < this.#reload.total) return false
    this.#reload = undefined
    return true
  }

  /** Gives up the reload and what it still wanted. */
  abort(): void {
    this.current = undefined
    this.#queue = this.#queue.filter(({ why }) => why !== 'reload')
    this.#reload = undefined
  }

  /** True, once, when a reload was asked for during another. */
  takeAgain(): boolean {
    const again = this.#again
    if (!this.#reload) this.#again = false
    return again && !this.#reload
  }
}
