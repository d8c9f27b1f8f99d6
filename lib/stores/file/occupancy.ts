/**
 * Decides when the number of files is worth a look, so that creating a session hardly ever costs one. Between two looks
 * it adds up what this process creates; what others create shows at the next look.
 */
export class Occupancy {
  readonly #threshold: number
  #found = 0
  #created = 0
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(threshold: number) {
    this.#threshold = threshold
  }

  /** A session was created by this process. */
  created(): void {
    this.#created++
  }

  /**
   * True where a look is due: the first time, then after growth by a tenth, of the threshold or of what was found,
   * whichever is more, and in any case once a minute. `now` in ms.
   */
  due(now: number): boolean {
    const growth = Math.max(this.#found, this.#threshold) / 10
    return this.#created >= growth || Math.abs(now - this.#lookedAt) >= 60_000
  }

  /** A look begins: what is created from here on is not in what it will find. */
  looking(now: number): void {
    this.#created = 0
    this.#lookedAt = now
  }

  /** Takes what a look has found; true when that is above the threshold. */
  found(count: number): boolean {
    this.#found = count
    return count > this.#threshold
  }
}
