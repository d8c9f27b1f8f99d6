import type { GiveUp } from './happening.js'

const windowLength = 60_000
const fewestTries = 3

/** Remembers what failed, and says when it makes no sense to go on. */
export class CrashRecord {
  #everReady = false
  #bootFailures = 0
  #crashes: number[] = []

  /** Whether any worker ever took requests. */
  get everReady(): boolean {
    return this.#everReady
  }

  ready(): void {
    this.#everReady = true
    this.#bootFailures = 0
  }

  crashed(now: number): void {
    this.#crashes = [...this.#crashes.filter((time) => now - time < windowLength), now]
    if (!this.#everReady) this.#bootFailures += 1
  }

  /**
   * Why to give up: the app never came up in as many tries as there are workers (at least three), or nobody serves and
   * there were `maxRestarts` crashes within a minute (0: never).
   */
  verdict(size: number, maxRestarts: number, someServe: boolean): { reason: GiveUp; count: number } | undefined {
    if (this.#bootFailures >= Math.max(fewestTries, size)) return { reason: 'no-boot', count: this.#bootFailures }
    const count = this.#crashes.length
    return maxRestarts > 0 && !someServe && count >= maxRestarts ? { reason: 'crash-loop', count } : undefined
  }
}
