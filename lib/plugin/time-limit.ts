/** A call got no answer in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

interface Waiting {
  /** By the process's steady clock, in ms. */
  due: number
  reject: ((error: TimedOut) => void) | undefined
}

/** How late a timer is, in ms, from which on the process itself has stood still. */
const stall = 50

/**
 * Bounds how long work is waited for, all of it by one timer. Time in which this process itself stood still does not
 * count, and what has arrived by then is looked at first: a busy event loop must not pass for a store that is down.
 */
export class TimeLimit {
  readonly #limit: number
  readonly #waiting = new Set<Waiting>()
  #timer: NodeJS.Timeout | undefined

  /** @param limit ms */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The answer of a piece of work, or TimedOut. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { due: performance.now() + this.#limit, reject }
      this.#begin(waiting)
      work.then(
        (answer) => {
          this.#end(waiting)
          resolve(answer)
        },
        (error) => {
          this.#end(waiting)
          reject(error)
        },
      )
    })
  }

  #begin(waiting: Waiting): void {
    this.#waiting.add(waiting)
    if (this.#timer) this.#timer.ref()
    else this.#arm(this.#limit)
  }

  // The timer stays, and finds out for whom it is: to set and clear one for each call would cost more than the rest.
  #end(waiting: Waiting): void {
    this.#waiting.delete(waiting)
    // A Set leaves what was in it to the garbage collector's slow rounds, and by this function the answer.
    waiting.reject = undefined
    if (this.#waiting.size === 0) this.#timer?.unref()
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms)
  }

  #look(): void {
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (const waiting of this.#waiting) {
      const late = now - waiting.due
      if (late > stall) waiting.due = now + Math.min(late, this.#limit)
      else if (late >= 0) setImmediate(() => this.#giveUp(waiting))
      if (waiting.due > now) next = Math.min(next, waiting.due)
    }
    this.#timer = undefined
    if (next !== Number.POSITIVE_INFINITY) this.#arm(Math.max(1, next - now))
  }

  #giveUp(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return
    waiting.reject?.(new TimedOut(`it did not answer within ${this.#limit} ms`))
  }
}
