/** Keys for the workers of a reload, newest first. */
export interface KeyStep {
  readonly keys: readonly string[]
  /** Another reload, to the keys that were wanted, must follow. */
  readonly another: boolean
}

/**
 * The way from the keys that all workers know to new ones. While workers are replaced one after the other, a cookie that a
 * new one signed may reach an old one: with a key that it does not know, the visitor would be logged out. So a new key is
 * made known to all first, and signs only then. Where the key before is not to be known any more, there is no such way.
 */
export function keyStep(known: readonly string[], wanted: readonly string[]): KeyStep {
  const [signing] = known
  const [next] = wanted
  if (signing === undefined || next === undefined || known.includes(next) || !wanted.includes(signing))
    return { keys: wanted, another: false }
  // Older keys are listed with commas between them.
  if (next.includes(',')) return { keys: wanted, another: false }
  return { keys: [signing, ...wanted.filter((key) => key !== signing)], another: true }
}
