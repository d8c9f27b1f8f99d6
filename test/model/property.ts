import fc from 'fast-check'

/** How many times more cases than usual: `MODEL_RUNS=20`. */
const times = numberIn('MODEL_RUNS') ?? 1
const seed = numberIn('MODEL_SEED')

/** A `before` for mocha that makes room for the time that more cases need. */
export function allowTime(test: Mocha.Context, ms: number): void {
  test.timeout(ms * Math.max(1, times))
}

/**
 * Fails unless a property holds for that many cases. The failure shows the shortest counter-example that was found and
 * the seed; the same cases come again with `MODEL_SEED`, which is all that one needs to repeat them.
 */
export async function holds<T>(property: fc.IAsyncPropertyWithHooks<T>, cases: number): Promise<void> {
  const details = await fc.check(property, {
    numRuns: Math.ceil(cases * times),
    ...(seed === undefined ? {} : { seed }),
  })
  if (!details.failed) return
  const report = await fc.asyncDefaultReportMessage(details)
  throw new Error(`${details.errorInstance}\n\n${report}\n\nAgain with: MODEL_SEED=${details.seed} MODEL_RUNS=${times}`)
}

function numberIn(variable: string): number | undefined {
  const text = process.env[variable]
  if (!text) return undefined
  const number = Number(text)
  if (!Number.isFinite(number)) throw new Error(`${variable} is "${text}", which is no number.`)
  return number
}
