import { AsyncLocalStorage } from 'node:async_hooks'
import { waitsForItself } from './misuse.js'
import { isThenable } from './thenable.js'
import { refuse } from './unavailable.js'

/** A promise that knows whether anybody has asked for its outcome. */
class Told<T> extends Promise<T> {
  // What then() makes is asked for or not by others.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }
  isAskedFor = false
  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    done?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isAskedFor = true
    return super.then(done, failed)
  }
}

interface Failure {
  readonly answer: Told<void>
  readonly error: unknown
  readonly isRepeated: boolean
}

/** A function of the app that the queue waits for. */
interface Call {
  readonly queue: WorkQueue
  isOver: boolean
}

const calls = new AsyncLocalStorage<Call>()
let callsUnderWay = 0

/** What a request does to its session, one piece of work after the other. */
export class WorkQueue {
  #last: Promise<void> | undefined
  readonly #failures: Failure[] = []

  /** Whether there ever was work. */
  get isUsed(): boolean {
    return this.#last !== undefined
  }

  /**
   * Does the work when all before it is done, whether that went well or not. A failure that nobody asks for ends no
   * process. Fails with what the client is to see where the store does not serve, and with SESSION_UNAVAILABLE at once where
   * the work would wait for itself.
   *
   * @param isRepeated the end of the request does the same again
   */
  add(work: () => Promise<void>, isRepeated: boolean): Promise<void> {
    const call = calls.getStore()
    const isInside = call?.queue === this && !call.isOver
    const done = isInside
      ? Promise.reject(waitsForItself())
      : (this.#last ?? Promise.resolve()).then(work).catch(refuse)
    const answer = new Told<void>((resolve, reject) => done.then(resolve, reject))
    const settled = done.catch((error) => {
      this.#failures.push({ answer, error, isRepeated })
    })
    if (!isInside) this.#last = settled
    // Asked for by nobody but us, so that it cannot become an unhandled rejection.
    Promise.prototype.then.call(answer, undefined, () => undefined)
    return answer
  }

  /** Calls a function of the app, in which more work would wait for the function itself. Answers what it answers. */
  call<T>(run: () => T): T {
    const call: Call = { queue: this, isOver: false }
    callsUnderWay += 1
    const end = () => {
      call.isOver = true
      callsUnderWay -= 1
      // Once used it would make every promise of the process dearer for good, up to Node 23.
      if (callsUnderWay === 0) calls.disable()
    }
    let answer: T
    try {
      answer = calls.run(call, run)
    } catch (error) {
      end()
      throw error
    }
    if (isThenable(answer)) Promise.prototype.then.call(Promise.resolve(answer), end, end)
    else end()
    return answer
  }

  /** Resolves when all work is done. */
  async idle(): Promise<void> {
    await this.#last
  }

  /** @throws the first failure that nobody has asked for; of work that is repeated only where `all` */
  refuseUnheard(all: boolean): void {
    const unheard = this.#failures.find(({ answer, isRepeated }) => !answer.isAskedFor && (all || !isRepeated))
    if (unheard) throw unheard.error
  }
}
