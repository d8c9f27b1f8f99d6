import type { Mask } from './masking.js'
import { Places } from './place.js'

/** Which lines of the files hold secrets, or parts of one. Each file is looked through once. */
export class HiddenLines {
  readonly #known = new Map<string, ReadonlySet<number>>()

  constructor(
    readonly textOf: (file: string) => string | undefined,
    readonly mask: Mask,
  ) {}

  /** Whether one of the lines does. `first` counts from 1. */
  hasAny(file: string, first: number, count: number): boolean {
    const hidden = this.#of(file)
    if (hidden.size === 0) return false
    for (let line = first; line < first + count; line++) if (hidden.has(line)) return true
    return false
  }

  #of(file: string): ReadonlySet<number> {
    const lines = this.#known.get(file) ?? this.#read(file)
    this.#known.set(file, lines)
    return lines
  }

  #read(file: string): Set<number> {
    const text = this.textOf(file) ?? ''
    const places = new Places(file, text)
    const lines = new Set<number>()
    for (const { start, end } of this.mask.hidden(text)) {
      const last = places.at(end, end).line
      for (let { line } = places.at(start, start); line <= last; line++) lines.add(line)
    }
    return lines
  }
}
