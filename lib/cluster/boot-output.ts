import type { Readable, Writable } from 'node:stream'

/** Pieces of at most 64 KB. */
const mostKept = 64

/** What one worker writes to its standard error. */
export interface WorkerOutput {
  /** The worker is ready: from now on everything is passed on at once. */
  ready(): void
  /** The worker has ended. */
  ended(): void
}

/**
 * Passes on what workers write to standard error; of what they say while no worker was ever ready, only once: the same
 * app fails for the same reason in all of them. The first worker's words appear as it says them; those of the others are
 * withheld until it is known what becomes of it.
 */
export class BootOutput {
  readonly #out: Writable
  #anyReady = false
  #first: 'to come' | 'booting' | 'failed' = 'to come'
  #withheld: readonly Buffer[] = []

  constructor(out: Writable) {
    this.#out = out
  }

  follow(stream: Readable): WorkerOutput {
    const isFirst = this.#first === 'to come'
    if (isFirst) this.#first = 'booting'
    let kept: Buffer[] | undefined = isFirst || this.#anyReady ? undefined : []
    let booting = true
    stream.on('data', (chunk: Buffer) => {
      if (!kept) this.#out.write(chunk)
      else if (kept.length < mostKept) kept.push(chunk)
    })
    return {
      ready: () => {
        this.#anyReady = true
        booting = false
        this.flush()
        this.#pass(kept ?? [])
        kept = undefined
      },
      ended: () => {
        if (!booting) return
        if (this.#anyReady) this.#pass(kept ?? [])
        else if (isFirst) this.#failed()
        else if (this.#first === 'booting' && this.#withheld.length === 0) this.#withheld = kept ?? []
      },
    }
  }

  /** Passes on what was withheld, where it is not known already. */
  flush(): void {
    this.#pass(this.#withheld)
    this.#withheld = []
  }

  #failed(): void {
    this.#first = 'failed'
    this.#withheld = []
  }

  #pass(chunks: readonly Buffer[]): void {
    for (const chunk of chunks) this.#out.write(chunk)
  }
}
