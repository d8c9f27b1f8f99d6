import { isDeepStrictEqual } from 'node:util'
import type { Commit } from '../../lib/core/commit.js'
import { storedOf } from '../../lib/core/commit.js'
import { exchangeGrace } from '../../lib/core/exchange.js'
import type { Store } from '../../lib/core/store.js'
import type { ModelClock } from './clock.js'
import { show } from './promises.js'
import { applied, type Fields } from './session-fields.js'
import { endOf, fieldsOf } from './session-rules.js'

/** A session that is stored, or the marker of one that moved to a new id. */
interface Held {
  fields: Fields
  expires: number
  /** Counts the writes: two requests that read the same number saw the same session. */
  readonly version: number
  /** The key that replaced this one. */
  readonly successor: string | undefined
}

/** What a request knows. */
export interface ModelRequest {
  readonly key: string
  /** What it read, and when that would end. */
  readonly base: Held
  readonly ours: Fields
}

/** What one session should be, while requests come and go. It has one live id at most. */
export class SessionModel {
  readonly requests = new Map<number, ModelRequest>()
  /** Every key that was ever used, in order. */
  readonly keys: string[] = []
  readonly #held = new Map<string, Held>()
  readonly #created: number
  #writes = 0

  constructor(
    readonly clock: ModelClock,
    fields: Fields,
  ) {
    this.#created = clock.now
    this.#put('key0', fields)
  }

  /** What is to be read at a key now. */
  at(key: string): Held | undefined {
    const held = this.#held.get(key)
    return held && held.expires > this.clock.now ? held : undefined
  }

  /** Which request there is in a slot, if it may still write. */
  writer(slot: number): ModelRequest | undefined {
    const request = this.requests.get(slot)
    return request?.base.successor === undefined ? request : undefined
  }

  begin(slot: number, key: string): void {
    const base = this.at(key)
    if (base) this.requests.set(slot, { key, base: { ...base }, ours: structuredClone(base.fields) })
    else this.requests.delete(slot)
  }

  /** A commit of that request: what it must answer. */
  commit(slot: number, request: ModelRequest): string {
    const there = this.at(request.key)
    if (!there || there.successor !== undefined) return this.#drop(slot, there)
    this.#put(request.key, applied(there.fields, request.base.fields, request.ours))
    this.begin(slot, request.key)
    return this.answerOf(request.key)
  }

  /** A move to a new id by that request: what it must answer. */
  exchange(slot: number, request: ModelRequest, next: string): string {
    const there = this.at(request.key)
    this.keys.push(next)
    if (!there || there.successor !== undefined) return this.#drop(slot, there)
    // A touch leaves the version, so this request need not know of the later deadline.
    const known = there.version === request.base.version ? request.base.expires : there.expires
    const expires = Math.min(this.clock.now + exchangeGrace, known)
    this.#held.set(request.key, { ...there, expires, successor: next })
    this.#put(next, applied(there.fields, request.base.fields, request.ours))
    this.begin(slot, next)
    return this.answerOf(next)
  }

  /** A logout by that request ends the session wherever it is by now, and what it left behind on the way there. */
  logOut(slot: number, request: ModelRequest): void {
    this.requests.delete(slot)
    for (let key: string | undefined = request.key; key !== undefined; ) {
      const successor: string | undefined = this.at(key)?.successor ?? this.#successorRead(request, key)
      this.#held.delete(key)
      key = successor
    }
  }

  // A request that read a marker knows where it leads, also when the marker has ended since.
  #successorRead({ key, base }: ModelRequest, at: string): string | undefined {
    return key === at ? base.successor : undefined
  }

  /** A touch by that request, and whether it must be done. */
  touch({ key, base }: ModelRequest, expires: number): boolean {
    const there = this.at(key)
    if (there?.version !== base.version || there.successor !== undefined) return false
    there.expires = expires
    return true
  }

  get end(): number {
    return endOf(this.#created, this.clock.now)
  }

  get created(): number {
    return this.#created
  }

  answerOf(key: string): string {
    return `stored ${show(sorted(this.at(key)?.fields))}`
  }

  /** Fails unless the store shows at every key what it should. */
  async verify(store: Store): Promise<void> {
    for (const key of this.keys) {
      const entry = await store.read(key)
      const stored = entry && storedOf(entry)
      const seen = stored && {
        fields: fieldsOf(stored),
        expires: stored.expires,
        successor: stored.record.successor,
      }
      const there = this.at(key)
      const expected = there && { fields: there.fields, expires: there.expires, successor: there.successor }
      if (!isDeepStrictEqual(seen, expected)) throw new Error(`${key} holds ${show(seen)} instead of ${show(expected)}`)
    }
  }

  #put(key: string, fields: Fields): void {
    if (!this.keys.includes(key)) this.keys.push(key)
    this.#held.set(key, { fields, expires: this.end, version: ++this.#writes, successor: undefined })
  }

  #drop(slot: number, there: Held | undefined): string {
    this.requests.delete(slot)
    return there ? 'dropped replaced' : 'dropped gone'
  }
}

/** A commit's outcome as the model says it. */
export function outcomeOf(outcome: Commit): string {
  return 'dropped' in outcome ? `dropped ${outcome.dropped}` : `stored ${show(sorted(fieldsOf(outcome.stored)))}`
}

/** The order of fields is nobody's promise. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
