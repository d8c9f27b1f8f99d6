const signalNumbers: Record<string, number> = { SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 }

/** How far the server is from its end, and the exit code it will have. */
export class Ending {
  #phase: 'running' | 'stopping' | 'failing' | 'over' = 'running'
  #code = 0

  get running(): boolean {
    return this.#phase === 'running'
  }

  /** 0 in order, 1 by force, 3 given up, 128 + n at once. */
  get code(): number {
    return this.#code
  }

  /** What a signal means now; undefined: nothing. */
  stop(signal: string): 'in order' | 'at once' | undefined {
    if (this.#phase === 'failing' || this.#phase === 'over') return undefined
    const atOnce = this.#phase === 'stopping' || signal === 'SIGQUIT'
    this.#phase = 'stopping'
    if (atOnce) this.#code = 128 + (signalNumbers[signal] ?? 15)
    return atOnce ? 'at once' : 'in order'
  }

  fail(): void {
    this.#phase = 'failing'
    this.#code = 3
  }

  /** A worker had to be cut off. */
  force(): void {
    if (this.#phase === 'stopping' && this.#code === 0) this.#code = 1
  }

  /** True, once. */
  end(): boolean {
    const first = this.#phase !== 'over'
    this.#phase = 'over'
    return first
  }
}
