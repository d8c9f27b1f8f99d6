import fc from 'fast-check'
import { type Commit, type Change as Committed, commit, type Stored, storedOf } from '../../lib/core/commit.js'
import { end } from '../../lib/core/end.js'
import { create, exchange } from '../../lib/core/exchange.js'
import type { Store } from '../../lib/core/store.js'
import { Turns } from '../../lib/core/turns.js'
import { inOwnContext } from '../../lib/plugin/own-context.js'
import { anyChange, type Change, type Fields } from './session-fields.js'
import { type Attempt, Ledger } from './session-ledger.js'
import { fieldsOf, newRecord, rules } from './session-rules.js'
import type { Turnstile } from './turnstile.js'

/** What one request does: how long it waits before it reads, and then changes, each followed by an act. */
interface Plan {
  readonly process: 0 | 1
  readonly waits: number
  readonly steps: readonly { readonly changes: readonly Change[]; readonly act: Attempt['act'] }[]
}

const step = fc.record({
  changes: fc.array(anyChange, { minLength: 1, maxLength: 3 }),
  act: fc.constantFrom<Attempt['act'][]>('commit', 'commit', 'commit', 'commit', 'exchange', 'exchange', 'logout'),
})

/** Several requests for one session at the same time. */
export const requestPlans: fc.Arbitrary<Plan[]> = fc.array(
  fc.record({
    process: fc.constantFrom(0 as const, 1 as const),
    waits: fc.nat(4),
    steps: fc.array(step, { minLength: 1, maxLength: 2 }),
  }),
  { minLength: 2, maxLength: 4 },
)

/** Requests of two processes for one session, all at once, their store calls in the turnstile's order. */
export class Requests {
  readonly #ledger: Ledger
  readonly #turns: readonly [Turning, Turning]
  #keys = 0

  /** @param inTurn whether the requests of one process take turns, as the plugin's do */
  constructor(
    readonly handles: readonly [Store, Store],
    readonly turnstile: Turnstile,
    readonly inTurn: boolean,
    readonly first: Fields,
  ) {
    this.#ledger = new Ledger('key0', structuredClone(first))
    const turning = (process: 0 | 1) => ({
      turns: new Turns(inOwnContext),
      store: turnstile.around(`turns ${process}`, this.#ledger.watchTurns(handles[process])),
    })
    this.#turns = [turning(0), turning(1)]
  }

  async start(): Promise<void> {
    const now = rules.now()
    await create({ store: this.handles[0], key: 'key0' }, newRecord(this.first, now, now), rules)
  }

  async run(plans: readonly Plan[]): Promise<void> {
    await Promise.all(plans.map((plan, index) => this.#request(`request ${index}`, plan)))
  }

  /** Fails unless the store holds what it must, on both handles. */
  async verify(): Promise<void> {
    for (const handle of this.handles) await this.#ledger.verify(handle)
  }

  async #request(name: string, { process, waits, steps }: Plan): Promise<void> {
    let attempt: Attempt | undefined
    const watched = this.#ledger.watch(this.handles[process], () => attempt)
    const store = this.turnstile.around(name, watched)
    const clock = this.turnstile.around(name, { wait: async () => undefined })
    for (let left = waits; left > 0; left -= 1) await clock.wait()
    let key = this.#ledger.live?.key ?? 'key0'
    let base = await readBase(store, key)
    for (const { changes, act } of steps) {
      // An id that was exchanged is for reading only.
      if (!base || base.record.successor !== undefined) return
      const ours = fieldsOf(base)
      for (const change of changes) change.edit(ours)
      attempt = { act, key, next: this.#nextKey(), base: fieldsOf(base), ours, done: false }
      const outcome = await this.#perform({ attempt, base, store, process })
      if ('stored' in outcome !== attempt.done)
        throw new Error(
          `${name}: ${act} answered ${Object.keys(outcome)}, and wrote ${attempt.done ? 'it' : 'nothing'}`,
        )
      if ('dropped' in outcome) return
      base = outcome.stored
      key = act === 'exchange' ? attempt.next : key
    }
  }

  async #perform({ attempt, base, store, process }: Performance): Promise<Commit> {
    const { act, key, next, ours } = attempt
    if (act === 'logout') {
      await end({ store, key, base })
      if (this.#ledger.live) throw new Error(`the session lives on at ${this.#ledger.live.key} after a logout`)
      return { dropped: 'gone' }
    }
    const json = JSON.stringify(ours)
    if (act === 'exchange') {
      const record = newRecord(ours, base.record.created, rules.now())
      return exchange({ store, key, base }, { store, key: next }, record, rules)
    }
    const change = { key, base, json, life: undefined }
    return this.inTurn ? this.#commitInTurn(attempt, change, this.#turns[process]) : commit(store, change, rules)
  }

  async #commitInTurn(attempt: Attempt, change: Committed, { turns, store }: Turning) {
    const outcome = await turns.commit(store, change, rules)
    if ('stored' in outcome) this.#ledger.told(outcome.stored.version, attempt)
    return outcome
  }

  #nextKey(): string {
    this.#keys += 1
    return `key${this.#keys}`
  }
}

/** The turns of one process, and the store that its requests share. */
interface Turning {
  readonly turns: Turns
  readonly store: Store
}

interface Performance {
  attempt: Attempt
  base: Stored
  store: Store
  process: 0 | 1
}

async function readBase(store: Store, key: string): Promise<Stored | undefined> {
  const entry = await store.read(key)
  return entry && storedOf(entry)
}
