/** A call got no answer in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

const stall = 50

/**
 * The answer of a piece of work, or TimedOut after `limit` ms. Time in which this process itself stood still does not
 * count, and what has arrived by then is looked at first: a busy event loop must not pass for a store that is down.
 */
export async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const arm = (ms: number) => {
      const due = performance.now() + ms
      timer = setTimeout(() => {
        const lateBy = performance.now() - due
        if (lateBy > stall) return arm(Math.min(lateBy, limit))
        setImmediate(() => reject(new TimedOut(`it did not answer within ${limit} ms`)))
      }, ms)
    }
    arm(limit)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
