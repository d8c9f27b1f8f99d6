/** A change of one file: the text from `start` up to `end` is replaced. */
export interface Edit {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}
