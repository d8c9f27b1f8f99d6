import { expect } from 'chai'
import { type Files, worth } from './worth.js'

/** A test for each set of files: what `ask(…)` in one of them is worth, or why it is not known. */
export function answers(table: Readonly<Record<string, readonly [Files, unknown]>>): void {
  for (const [what, [files, answer]] of Object.entries(table))
    it(what, async () => {
      const value = await worth(files)
      if (answer instanceof RegExp) expect((value as { unknown?: string }).unknown).to.match(answer)
      else expect(value).to.deep.equal(answer)
    })
}
