/** What the killed processes and the test that kills them both know. */

const keys = (what: string, count: number) => Array.from({ length: count }, (_, position) => `${what} ${position}`)

export const sessionKeys = keys('session', 20)
/** Sessions that are made and removed all the time. */
export const guestKeys = keys('guest', 5)
export const lifetime = 3_600_000

/** One acknowledged write: the counter's value in the session, and the ms that the whole operation took. */
export interface Acknowledged {
  key: string
  value: number
  took: number
}

/** A session's counters by the name of the process that counts. */
export function counts(data: string): Record<string, number> {
  return JSON.parse(data)
}

/** Numbers from 0 to 1 (mulberry32), the same for the same seed. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
