import type { NotLooked } from '../project/project.js'

/** Runs what reads source. A file that nobody foresaw must not keep the rest from being read: it leaves a note. */
export class Attempts {
  readonly notLooked: NotLooked[] = []

  /** What is read, or `otherwise`. `what` is looked for, in words. */
  make<Answer>(what: string, read: () => Answer, otherwise: Answer): Answer {
    try {
      return read()
    } catch (error) {
      const said = error instanceof RangeError ? 'the source nests too deeply' : String(error)
      this.notLooked.push({ what, why: `it could not be looked for: ${said}` })
      return otherwise
    }
  }
}
