/** One record of a store, as an administrator may see it. */
export interface KeptRecord {
  /** A name that leads to no session, always the same for one record: the first 12 hex digits of the SHA-256 of its key. */
  readonly handle: string
  /** Milliseconds since the epoch. */
  readonly expires: number
  /** Of the whole record in the store, in bytes. */
  readonly bytes: number
  /** What the store keeps, or only its beginning where that was asked for. */
  readonly data: string
}

/** Everything in a store, for administration. Each step is small: the store goes on serving meanwhile. */
export interface Inventory {
  /**
   * The live records, in no order, some at a time, each once. What is written meanwhile may be among them or not.
   * Without `whole`, `data` is cut after its first 400 characters or later.
   */
  records(whole: boolean): AsyncIterable<readonly KeptRecord[]>
  /** Ends a record that was listed. False where it was gone already. */
  end(record: KeptRecord): Promise<boolean>
  /** Ends the record of a key, where there is one. */
  endKey(key: string): Promise<void>
  /** Removes what has expired; answers how many. Undefined where the store does that by itself. */
  prune(): Promise<number | undefined>
  close(): Promise<void>
}

/** How much of `data` is enough for the stamps of a session. */
export const headOfData = 400
