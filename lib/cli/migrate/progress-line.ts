import type { Output } from '../surroundings.js'

const patience = 500

/** A line on a terminal that says how far a long run is. Nothing for short runs, files and pipes. */
export class ProgressLine {
  #shown = 0

  constructor(
    readonly output: Output,
    readonly now: () => number,
    readonly started: number,
  ) {}

  readonly show = (done: number, total: number): void => {
    const now = this.now()
    if (this.output.isTTY !== true || now - this.started < patience || now - this.#shown < 100) return
    this.#shown = now
    this.output.write(`\r\u001b[2K${done} of ${total} files read`)
  }

  clear(): void {
    if (this.#shown > 0) this.output.write('\r\u001b[2K')
  }
}
