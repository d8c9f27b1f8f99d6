import fc from 'fast-check'
import type { Store } from '../../lib/core/store.js'
import type { Event } from './history.js'
import { type Call, versionIn } from './promises.js'
import { hour, perform, texts } from './store-commands.js'

const keys = ['one', 'two'] as const

/** A call that a client will make. `mine` is the version the client saw last, `first` the one it saw first. */
interface Intent {
  readonly key: string
  readonly method: 'read' | 'create' | 'replace' | 'touch' | 'remove'
  readonly data: string
  readonly hours: number
  readonly seen: 'mine' | 'first'
}

const intent: fc.Arbitrary<Intent> = fc.record({
  key: fc.constantFrom(...keys, 'one' as const, 'one' as const),
  method: fc.constantFrom('read', 'create', 'create', 'replace', 'replace', 'touch', 'remove', 'remove'),
  data: texts,
  hours: fc.constantFrom(1, 2, -1),
  seen: fc.constantFrom('mine', 'first'),
})

/** What several clients do at the same time, each one call after the other. Every other one uses the other handle. */
export const clientPlans = fc.array(fc.array(intent, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 })
export type ClientPlans = readonly (readonly Intent[])[]

/** Runs the clients side by side, and writes down what they were answered. Key `one` exists before, `two` does not. */
export class Clients {
  readonly events: Event[] = []
  #moment = 0

  constructor(
    readonly handles: readonly [Store, Store],
    readonly now: number,
  ) {}

  async prepare(): Promise<void> {
    const entry = { data: 'before', expires: this.now + hour }
    await this.#record('setup', this.handles[0], 'one', { method: 'write', entry, seen: undefined })
  }

  async run(plans: ClientPlans): Promise<void> {
    const first = versionIn(this.events[0]?.answer)
    await Promise.all(plans.map((plan, index) => this.#runOne(index, plan, first)))
  }

  /** What both handles see when all is done. */
  async conclude(): Promise<void> {
    for (const handle of this.handles)
      for (const key of keys) await this.#record('end', handle, key, { method: 'read' })
  }

  async #runOne(index: number, plan: readonly Intent[], first: string | undefined): Promise<void> {
    const handle = this.handles[index % 2 === 0 ? 0 : 1]
    const known = new Map<string, string | undefined>([['one', first]])
    for (const intent of plan) {
      const { key } = intent
      const call = this.#callOf(intent, intent.seen === 'first' ? first : known.get(key))
      const answer = await this.#record(`client ${index}`, handle, key, call)
      known.set(key, seenIn(answer) ?? known.get(key))
    }
  }

  #callOf({ method, data, hours }: Intent, seen = 'AAAAAAAAAAAAAAAA.00000000'): Call {
    const expires = this.now + hours * hour
    if (method === 'read' || method === 'remove') return { method }
    // Not into the past: of two touches at the same time, the file store answers both with true, and the later deadline
    // stays. Nothing in the package ends a session by a touch.
    if (method === 'touch') return { method, expires: this.now + Math.abs(hours) * hour, seen }
    return { method: 'write', entry: { data, expires }, seen: method === 'replace' ? seen : undefined }
  }

  async #record(who: string, handle: Store, key: string, call: Call): Promise<unknown> {
    const began = this.#moment++
    const answer = await perform(handle, key, call)
    this.events.push({ who, key, call, answer, began, ended: this.#moment++ })
    return answer
  }
}

/** The version an answer shows, if it shows one. */
function seenIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  if ('conflict' in answer) return seenIn(answer.conflict)
  if ('version' in answer && typeof answer.version === 'string') return answer.version
  return versionIn(answer)
}
