const first = 100
const longest = 15_000
const spread = 0.25

/** Uptime in ms after which a worker's earlier crashes are forgotten. */
export const soundAfter = 30_000

/** ms to wait before the next start after `crashes` in a row (the first is 0). `random` is from 0 to 1. */
export function backOff(crashes: number, random: number): number {
  const delay = Math.min(first * 2 ** Math.min(crashes, 20), longest)
  return Math.round(delay * (1 + spread * (2 * random - 1)))
}
