import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'

/**
 * Which of the waiting calls goes next, and for how many calls that holds: 0 is the one that has waited longest, 1 the
 * next, -1 the one that came last. Where the list has ended, 0. Going on with the last one keeps the others asleep.
 */
export type Order = readonly (readonly [choice: number, times: number])[]

/** Any order. Its shortest form is the plain one, so that a failure shows what had to be out of line. */
export const anyOrder: fc.Arbitrary<Order> = fc.array(
  fc.tuple(fc.constantFrom(0, 1, 2, -1, -2), fc.integer({ min: 1, max: 25 })),
  { maxLength: 20, size: 'max' },
)

/** Lets asynchronous calls through one at a time, in a given order, so that a failure can be repeated and shrunk. */
export class Turnstile {
  /** What went through, in order. */
  readonly passed: string[] = []
  readonly #waiting: { label: string; go: () => Promise<void> }[] = []
  readonly #choices: readonly number[]
  #isOpen = false

  constructor(order: Order) {
    this.#choices = order.flatMap(([choice, times]) => Array<number>(times).fill(choice))
  }

  /** The same object, each method call of which waits for its turn, and ends before the next one's. */
  around<T extends object>(name: string, object: T): T {
    return new Proxy(object, {
      get: (target, property) => {
        const member = Reflect.get(target, property)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) =>
          this.#queue(`${name}.${String(property)}`, () => Reflect.apply(member, target, args))
      },
    })
  }

  /** Does the work, letting its calls through. A failure tells what went through before. */
  async during<T>(work: Promise<T>): Promise<T> {
    let ended = false
    const end = () => {
      ended = true
    }
    work.then(end, end)
    while (!ended) {
      // By then everything that follows from the last call alone has happened.
      await turn()
      await this.#next()
    }
    await this.#openForAll()
    return work.catch((error) => {
      throw new Error(`${error instanceof Error ? error.message : error}\nafter ${this.passed.join(', ')}`)
    })
  }

  /** What goes on behind the work, such as a clean-up that nobody waits for, is not held up when the work is done. */
  async #openForAll(): Promise<void> {
    this.#isOpen = true
    await Promise.all(this.#waiting.splice(0).map(({ go }) => go()))
  }

  async #next(): Promise<void> {
    const choice = this.#choices[this.passed.length] ?? 0
    // From the end where it is negative; the remainder keeps that sign.
    const [next] = this.#waiting.splice(choice % this.#waiting.length, 1)
    if (!next) return
    this.passed.push(next.label)
    await next.go()
  }

  #queue(label: string, call: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const go = async () => {
        try {
          resolve(await call())
        } catch (error) {
          reject(error)
        }
      }
      if (this.#isOpen) go()
      else this.#waiting.push({ label, go })
    })
  }
}
