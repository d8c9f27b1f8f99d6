import { type Difference, decodeFleet, difference, encodeFleet, type Member, type Traits } from '../core/fleet.js'
import type { Store } from '../core/store.js'

/** How a process takes part in a fleet. */
export interface Membership {
  /** Where the members meet. */
  readonly store: Store
  readonly key: string
  /** The name under which this process is entered. */
  readonly name: string
  readonly traits: Traits
  /** Whether a member, by its name and when it was last heard of, still serves. */
  isThere(name: string, seen: number): boolean
}

/** ms after which a process enters itself anew. */
const refresh = 15_000
const life = 3_600_000
const mostRounds = 5

/** Enters this process into the record where all members meet, and answers how the others differ, the worst first. */
export async function meet(membership: Membership): Promise<Difference | undefined> {
  const { store, key, name, traits, isThere } = membership
  const now = Date.now()
  for (let round = 0; round < mostRounds; round += 1) {
    const entry = await store.read(key)
    const members = entry ? decodeFleet(entry.data) : new Map<string, Member>()
    const own = members.get(name)
    const others = [...members].filter(([other, { seen }]) => other !== name && isThere(other, seen))
    const found = worst(others.map(([, theirs]) => difference(traits, theirs)))
    if (own && now - own.seen < refresh && difference(traits, own) === undefined) return found
    const next = new Map([...others, [name, { ...traits, seen: now }] as const])
    const record = { data: encodeFleet(next), expires: now + life }
    const outcome = await store.write(key, record, entry?.version).catch(() => undefined)
    // A store that takes no writes can still tell of the others.
    if (!outcome || 'written' in outcome) return found
  }
  return undefined
}

const order: readonly Difference[] = ['keys', 'place', 'rotation']

function worst(found: readonly (Difference | undefined)[]): Difference | undefined {
  return order.find((each) => found.includes(each))
}
