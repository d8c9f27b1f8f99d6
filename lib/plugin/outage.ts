import { SessionError } from '../core/errors.js'
import { strangerKey } from '../core/session-id.js'
import { TimedOut } from './time-limit.js'

/** Reading goes on where a store refuses only writes: a full Redis, a replica. */
export type Side = 'read' | 'write'

/** Told when the store stops serving, and when it serves again. */
export interface OutageWatch {
  down(reason: string, side: Side): void
  up(secondsDown: number): void
  /** A call failed, and the store serves: one session cannot be reached, or it was a moment's trouble. */
  hiccup(reason: string): void
}

/** ms between two looks at a store that is down: the first one soon, since many an outage is short. */
const pauses = { first: 50, longest: 500 }

/** Sessions that nobody has, asked for to tell a store that is down from one session, or one node of many, that is. */
const strangers = 8

interface Down {
  readonly since: number
  readonly side: Side
  readonly reason: string
  /** Its calls are waited for in vain, where others fail at once. */
  hangs: boolean
}

/**
 * What is known of the store's health. A call that fails is evidence against one session alone; the store is down when
 * sessions that nobody has cannot be read either. Then requests are answered without asking it (the breaker is open), and
 * a look now and then finds out when it is back. Where only writes fail, reading goes on, and writing ends the outage.
 */
export class Outage {
  readonly #watch: OutageWatch
  readonly #read: (key: string) => Promise<unknown>
  #down: Down | undefined
  #isLooking = false
  #triedAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /** @param read reads a session, in bounded time */
  constructor(watch: OutageWatch, read: (key: string) => Promise<unknown>) {
    this.#watch = watch
    this.#read = read
  }

  /** Why calls of a side are answered without asking the store, while they are. */
  breaker(side: Side): string | undefined {
    const down = this.#down
    if (!down) return undefined
    if (down.side === 'read') return down.reason
    return side === 'write' && down.hangs && !this.#mayTry() ? down.reason : undefined
  }

  /** Of writes that hang one is let through now and then, since nothing else can tell when writing works again. */
  #mayTry(): boolean {
    const now = performance.now()
    if (now - this.#triedAt < pauses.longest) return false
    this.#triedAt = now
    return true
  }

  /** A call was answered. */
  served(side: Side): void {
    if (!this.#down || (this.#down.side === 'write' && side === 'read')) return
    const seconds = Math.round((Date.now() - this.#down.since) / 1000)
    this.#down = undefined
    clearTimeout(this.#timer)
    this.#watch.up(seconds)
  }

  /** A call failed; without a key, it was about no session. */
  failed(side: Side, cause: unknown, key?: string): void {
    if (this.#down?.side === side) this.#down.hangs = cause instanceof TimedOut
    if (this.#closed || this.#isLooking || this.#down?.side === 'read' || this.#down?.side === side) return
    this.#isLooking = true
    this.#judge(side, cause, key).finally(() => {
      this.#isLooking = false
    })
  }

  async #judge(side: Side, cause: unknown, key: string | undefined): Promise<void> {
    const [own, others] = await Promise.all([key !== undefined && this.#isRead(key), this.#isAnyRead(strangers)])
    if (!own && !others) return this.#goDown('read', cause)
    if (own && side === 'write') return this.#goDown('write', cause)
    if (key !== undefined) this.#watch.hiccup(reasonOf(cause))
  }

  #goDown(side: Side, cause: unknown): void {
    if (this.#closed) return
    const since = this.#down?.since ?? Date.now()
    const isKnown = this.#down !== undefined
    this.#down = { since, side, reason: reasonOf(cause), hangs: cause instanceof TimedOut }
    this.#triedAt = performance.now()
    if (!isKnown) this.#watch.down(this.#down.reason, side)
    if (side === 'read') this.#lookIn(pauses.first)
  }

  #lookIn(pause: number): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(async () => {
      const isBack = await this.#isAnyRead(2)
      if (this.#down?.side !== 'read') return
      if (isBack) this.served('read')
      else this.#lookIn(Math.min(2 * pause, pauses.longest))
    }, pause).unref()
  }

  async #isAnyRead(count: number): Promise<boolean> {
    const reads = Array.from({ length: count }, () => this.#read(strangerKey()))
    return Promise.any(reads).then(
      () => true,
      () => false,
    )
  }

  #isRead(key: string): Promise<boolean> {
    return this.#read(key).then(
      () => true,
      () => false,
    )
  }

  /** No more looks, so that the process can end. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }
}

/** Why, in short. Long words are left out: they could be a key. */
export function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'it failed without an error'
  const { code, message, name } = told(failure)
  const text = message || (typeof code === 'string' ? code : name)
  return text.replace(/[A-Za-z0-9_-]{32,}/g, '…').replace(/\.$/, '')
}

// A client that lost its connection says so, and why it did in its cause. Our own errors say it all.
function told(failure: Error): Error & { code?: unknown } {
  return failure.cause instanceof Error && !(failure instanceof SessionError) ? failure.cause : failure
}
