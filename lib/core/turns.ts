import { type Change, type Commit, type CommitRules, commit, type Stored } from './commit.js'
import { SessionError } from './errors.js'
import type { Store } from './store.js'

/** What a piece of work did to a session: it began from one version and stored another state. */
export interface Step {
  readonly from: string
  readonly stored: Stored
}

/** Work on one session, told the step before it; it answers its own step, if it made one. */
type Work<T> = (before: Step | undefined) => Promise<{ answer: T; step: Step | undefined }>

/**
 * Lets the requests of this process write one session one after the other, each told what the one before it did, so
 * that they do not fight each other through the store.
 */
export class Turns {
  readonly #last = new Map<string, Promise<Step | undefined>>()

  /**
   * Runs the work when all work on the same key that came before is done, whether that went well or not. Only where the
   * store did not serve, what has waited for that fails with it, since each would wait for an answer in vain.
   */
  async take<T>(key: string, work: Work<T>): Promise<T> {
    const before = this.#last.get(key)
    const done = before ? before.then(work) : work(undefined)
    const last = done.then(
      ({ step }) => step,
      (error) => {
        if (error instanceof SessionError && error.code === 'SESSION_STORE_DOWN') throw error
        return undefined
      },
    )
    last.catch(() => undefined)
    this.#last.set(key, last)
    try {
      return (await done).answer
    } finally {
      if (this.#last.get(key) === last) this.#last.delete(key)
    }
  }
}

/**
 * Commits a change in turn with the other requests of this process. A request that began from the same version as the
 * one before it merges with that one's result at once, and needs no conflict to learn of it. Fails as commit does.
 */
export function commitInTurn(store: Store, change: Change, rules: CommitRules, turns: Turns): Promise<Commit> {
  return turns.take<Commit>(change.key, async (before) => {
    const { version } = change.base
    // Only a step from our own base is later than what we read; any other might be older.
    const latest = before?.from === version ? before.stored : undefined
    const answer = await commit(store, change, rules, latest)
    return { answer, step: 'stored' in answer ? { from: version, stored: answer.stored } : undefined }
  })
}
