import { SessionError } from '../core/errors.js'
import { TimedOut } from './time-limit.js'

/** Reading goes on where a store refuses only writes: a full Redis, a replica. */
export type Side = 'read' | 'write'

/** Told when the store stops serving, and when it serves again. */
export interface OutageWatch {
  down(reason: string, side: Side): void
  up(secondsDown: number): void
}

/** How many calls in a row may be made in vain before the next ones are not made. */
const mostInVain = 3

/** ms between two looks at a store that is down. */
const pause = 500

/**
 * What is known of the store's health. It is down from the first call that fails to the first that is answered. While
 * not even reading works, a look now and then finds out when it is back, and after three calls in vain the breaker is
 * open: requests are not made to wait for what will not come. Refused writes cost no wait, and open no breaker.
 */
export class Outage {
  readonly #watch: OutageWatch
  readonly #look: () => Promise<void>
  #since: number | undefined
  #side: Side = 'read'
  #reason = ''
  #inVain = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** @param look resolves when the store serves; asked only while it is down */
  constructor(watch: OutageWatch, look: () => Promise<void>) {
    this.#watch = watch
    this.#look = look
  }

  /** Why calls are answered without asking the store, while they are. */
  get breaker(): string | undefined {
    return this.#inVain >= mostInVain ? this.#reason : undefined
  }

  /** A call was answered. */
  served(side: Side): void {
    this.#inVain = 0
    if (this.#since === undefined || (this.#side === 'write' && side === 'read')) return
    const seconds = Math.round((Date.now() - this.#since) / 1000)
    this.#since = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#watch.up(seconds)
  }

  /** A call failed. */
  failed(side: Side, cause: unknown): void {
    if (side === 'read' || cause instanceof TimedOut) this.#inVain += 1
    if (this.#since === undefined) {
      this.#since = Date.now()
      this.#side = side
      this.#reason = reasonOf(cause)
      this.#watch.down(this.#reason, side)
    } else if (side === 'read') this.#side = 'read'
    if (!this.#timer && (this.#side === 'read' || this.breaker)) this.#lookLater()
  }

  /** No more looks, so that the process can end. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #lookLater(): void {
    if (this.#closed) return
    this.#timer = setTimeout(async () => {
      await this.#look().catch(() => undefined)
      this.#timer = undefined
      if (this.#since !== undefined && (this.#side === 'read' || this.breaker)) this.#lookLater()
    }, pause).unref()
  }
}

/** Why, in short. Long words are left out: they could be a key. */
export function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'it failed without an error'
  const { code, message, name } = told(failure)
  const text = message || (typeof code === 'string' ? code : name)
  return text.replace(/[A-Za-z0-9_-]{32,}/g, '…')
}

// A client that lost its connection says so, and why it did in its cause. Our own errors say it all.
function told(failure: Error): Error & { code?: unknown } {
  return failure.cause instanceof Error && !(failure instanceof SessionError) ? failure.cause : failure
}
