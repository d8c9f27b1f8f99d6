/** Where a fact stands. Offsets are UTF-16 units from the start of the file; line and column count from 1. */
export interface Place {
  /** Relative to the audited directory, POSIX. */
  readonly file: string
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

/** Makes places of one file. Lines end at `\n`; a byte order mark is part of the first line. */
export class Places {
  readonly #lineStarts: number[] = [0]

  constructor(
    readonly file: string,
    text: string,
  ) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  /** The place from `start` up to, not including, `end`. */
  at(start: number, end: number): Place {
    const line = this.#lineOf(start)
    return { file: this.file, start, end, line, column: start - (this.#lineStarts[line - 1] ?? 0) + 1 }
  }

  #lineOf(offset: number): number {
    let low = 0
    let high = this.#lineStarts.length
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
