import { isDeepStrictEqual } from 'node:util'
import { storedOf } from '../../lib/core/commit.js'
import type { NewEntry, Store } from '../../lib/core/store.js'
import { show } from './promises.js'
import { applied, type Fields } from './session-fields.js'
import { fieldsOf } from './session-rules.js'

/** What a request is about to do, from what it read. */
export interface Attempt {
  readonly act: 'commit' | 'exchange' | 'logout'
  readonly key: string
  /** The new key of an exchange. */
  readonly next: string
  readonly base: Fields
  readonly ours: Fields
  /** The write that it is about has been done. */
  done: boolean
}

/** A write of changes that were told to be stored: what it wrote, and what it should have, from the requests told so far. */
interface SharedWrite {
  expected: Fields
  readonly written: Fields
}

/**
 * Follows what the store really does, call by call in the order in which it does it, and knows from that what the
 * session must be: every change whose write was done, on top of those before it, and nothing else.
 */
export class Ledger {
  /** The one live session; undefined after a logout. */
  live: { key: string; fields: Fields } | undefined
  /** The writes that may hold the changes of several requests, by the version that the store gave them. */
  readonly #shared = new Map<string, SharedWrite>()
  readonly keys = new Set<string>()

  constructor(key: string, fields: Fields) {
    this.live = { key, fields }
    this.keys.add(key)
  }

  /** A handle that enters what one request does. `attempt` answers what that is at the moment. */
  watch(store: Store, attempt: () => Attempt | undefined): Store {
    return {
      ...store,
      read: (key) => store.read(key),
      touch: (key, expires, seen) => store.touch(key, expires, seen),
      write: async (key, entry, seen) => {
        const outcome = await (seen === undefined ? store.write(key, entry) : store.write(key, entry, seen))
        this.keys.add(key)
        if ('written' in outcome) this.#wrote(key, entry, attempt())
        return outcome
      },
      remove: (key) => store.remove(key),
      check: () => store.check(),
      close: () => store.close(),
    }
  }

  /** A handle for the commits that the requests of one process make in turns, which one write may store together. */
  watchTurns(store: Store): Store {
    return {
      ...this.watch(store, () => undefined),
      write: async (key, entry, seen) => {
        const outcome = await (seen === undefined ? store.write(key, entry) : store.write(key, entry, seen))
        if ('written' in outcome) this.#wroteShared(key, entry, outcome.written)
        return outcome
      },
    }
  }

  /** A request was told that its change is stored, in this version. Of one version they are told in the order of the write. */
  told(version: string, attempt: Attempt): void {
    const write = this.#shared.get(version)
    if (!write) throw new Error(`a request was told of a version that nobody wrote`)
    write.expected = applied(write.expected, attempt.base, attempt.ours)
    attempt.done = true
  }

  #wroteShared(key: string, entry: NewEntry, version: string): void {
    const stored = storedOf({ ...entry, version })
    if (this.live?.key !== key) throw new Error(`a commit wrote ${key}, which was not live any more`)
    if (!stored || stored.record.successor !== undefined) throw new Error(`a commit wrote ${entry.data}`)
    const written = fieldsOf(stored)
    this.#shared.set(version, { expected: this.live.fields, written })
    this.live = { key, fields: written }
  }

  #wrote(key: string, entry: NewEntry, attempt: Attempt | undefined): void {
    if (attempt?.act === 'logout' && this.live?.key === key) this.live = undefined
    // An exchange writes its new key, which nobody knows yet, as often as it likes.
    if (!attempt || attempt.act === 'logout' || key !== attempt.key) return
    if (attempt.done) throw new Error(`${attempt.act} wrote ${key} twice`)
    if (this.live?.key !== key) throw new Error(`${attempt.act} wrote ${key}, which was not live any more`)
    attempt.done = true
    const before = this.live.fields
    const after = applied(before, attempt.base, attempt.ours)
    expectWritten(entry, attempt.act === 'commit' ? { fields: after } : { fields: before, successor: attempt.next })
    this.live = { key: attempt.act === 'commit' ? key : attempt.next, fields: after }
  }

  /** Fails unless the store shows what it should at every key that was used. */
  async verify(store: Store): Promise<void> {
    for (const { expected, written } of this.#shared.values())
      if (!isDeepStrictEqual(written, expected))
        throw new Error(`wrote ${show(written)}, and told its requests of ${show(expected)}`)
    for (const key of this.keys) {
      const entry = await store.read(key)
      const stored = entry && storedOf(entry)
      const seen = stored && stored.record.successor === undefined ? fieldsOf(stored) : undefined
      const expected = this.live?.key === key ? this.live.fields : undefined
      if (!isDeepStrictEqual(seen, expected))
        throw new Error(`at the end ${key} holds ${show(seen)} instead of ${show(expected)}`)
    }
  }
}

function expectWritten(entry: NewEntry, expected: { fields: Fields; successor?: string }): void {
  const stored = storedOf({ ...entry, version: '' })
  const { fields, successor } = expected
  if (!stored || !isDeepStrictEqual(fieldsOf(stored), fields) || stored.record.successor !== successor)
    throw new Error(
      `wrote ${entry.data} instead of ${show(fields)}${successor === undefined ? '' : `, replaced by ${successor}`}`,
    )
}
