import type { Readable, Writable } from 'node:stream'

/** Pieces of at most 64 KB. */
const mostKept = 64

/** What one worker writes to its standard error. */
export interface WorkerOutput {
  /** The worker is ready: from now on everything is passed on at once. */
  ready(): void
  /** The worker has ended: what it had kept is passed on, or thrown away where it failed to start like one before. */
  ended(): void
}

/**
 * Passes on what workers write to standard error; of what they say while no worker was ever ready, only once: the same
 * app fails for the same reason in all of them. The first worker's words appear as it says them.
 */
export class BootOutput {
  readonly #out: Writable
  #begun = false
  #anyReady = false
  #shown = false

  constructor(out: Writable) {
    this.#out = out
  }

  follow(stream: Readable): WorkerOutput {
    let kept: Buffer[] | undefined = this.#begun && !this.#anyReady ? [] : undefined
    let booting = true
    this.#begun = true
    stream.on('data', (chunk: Buffer) => {
      if (!kept) this.#out.write(chunk)
      else if (kept.length < mostKept) kept.push(chunk)
    })
    const pass = () => {
      for (const chunk of kept ?? []) this.#out.write(chunk)
      kept = undefined
    }
    return {
      ready: () => {
        this.#anyReady = true
        booting = false
        pass()
      },
      ended: () => {
        if (!booting) return
        if (!this.#shown || this.#anyReady) pass()
        this.#shown = true
      },
    }
  }
}
