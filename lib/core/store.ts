/** One stored session. Stores keep `data` as it is: what it means is known to the core alone. */
export interface Entry {
  data: string
  /** Names this state of the record. Made by the store, different for every write, never used twice, not even after a removal. */
  version: string
  /** When the record ends: milliseconds since the epoch. */
  expires: number
}

/** What a store is asked to keep; it adds the version. */
export type NewEntry = Pick<Entry, 'data' | 'expires'>

/** Written: the new version. Conflict: the live entry that is there instead. Gone: nothing is there to replace. */
export type WriteOutcome = { written: string } | { conflict: Entry } | { gone: true }

/**
 * Where sessions rest. A store knows neither Koa nor JSON nor "how long": it gets text and a deadline.
 * `koa-shared-session/store-contract` holds the tests that prove one.
 */
export interface Store {
  /** Names the kind of store in log lines, such as `redis`. */
  readonly kind?: string

  /** The live entry. Unknown, expired and unreadable are one answer: undefined. Throws only when the store is broken. */
  read(key: string): Promise<Entry | undefined>

  /**
   * With `seen`, replaces the entry only while its version is `seen`, in one atomic step. Without, creates it, and
   * answers a conflict where a live entry exists. A deadline that has passed is accepted, and ends the entry: it is never read.
   */
  write(key: string, entry: NewEntry, seen?: string): Promise<WriteOutcome>

  /** Moves the deadline without rewriting data or changing the version. False when gone, replaced or no longer `seen`. */
  touch(key: string, expires: number, seen: string): Promise<boolean>

  /** Ends the entry. Nothing written later with an old version brings it back. An unknown key is not an error. */
  remove(key: string): Promise<void>

  /** Resolves while the store can serve; rejects with the reason when it cannot. */
  check(): Promise<void>

  /** Lets go of connections and timers that the store opened itself. May be called twice. */
  close(): Promise<void>

  /** Removes expired records where the store does not do so by itself; answers how many this call removed. */
  prune?(): Promise<number>
}
