import { createHash, randomInt } from 'node:crypto'

/** Numbers that look random and are the same for the same seed and name. */
export class Random {
  #state: number

  constructor(seed: number, name: string) {
    this.#state = createHash('sha256').update(`${seed}:${name}`).digest().readUInt32LE()
  }

  /** A number from 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.between(0, list.length - 1)] ?? list[0]
  }
}

/** The seed of this run: `TORTURE_SEED` where it is set, else a new one. */
export function chooseSeed(): number {
  const given = process.env.TORTURE_SEED
  if (given === undefined || given === '') return randomInt(2 ** 32)
  const seed = Number(given)
  if (!Number.isSafeInteger(seed)) throw new Error(`TORTURE_SEED must be a whole number, not ${given}`)
  return seed
}
