/**
 * A clock that stands still until it is moved, shown by `Date.now` while it is in force.
 *
 * A Redis server has its own clock besides, and drops a key when that one has passed the deadline. The model stays
 * right because this clock is never behind the real one and never near it: it moves by hours, so that a deadline that
 * lies ahead of it lies hours ahead of the server's, and one that lies behind it is judged by the store itself.
 */
export class ModelClock {
  #now: number

  /** @param ahead ms by which it is ahead of the real clock at the start */
  constructor(ahead = 0) {
    this.#now = Date.now() + ahead
  }

  get now(): number {
    return this.#now
  }

  pass(ms: number): void {
    this.#now += ms
  }

  /** Shows this clock while `work` runs, and the real one afterwards, whatever happens. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const real = Date.now
    Date.now = () => this.#now
    try {
      return await work()
    } finally {
      Date.now = real
    }
  }
}
