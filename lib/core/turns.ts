import {
  type Change,
  type Commit,
  type CommitRules,
  type Committing,
  commit,
  commitTogether,
  type Slow,
  type Stored,
  standing,
} from './commit.js'
import { SessionError } from './errors.js'
import type { Store } from './store.js'

/** A change that waits for the writes before it. */
interface Waiting extends Committing {
  readonly store: Store
  readonly resolve: (commit: Commit | Promise<Commit>) => void
  readonly reject: (error: unknown) => void
}

type Group = [Waiting, ...Waiting[]]

/** Of the versions that a line has seen pass, how many are remembered: a request seldom read one that is older. */
const mostRemembered = 64

/** The changes of this process to one session: those that wait, and what the last write left. */
class Line {
  readonly #waiting: Waiting[] = []
  #latest: Stored | undefined
  /** Versions that are known to be older than the latest, or the latest itself. */
  readonly #passed = new Set<string>()

  add(waiting: Waiting): void {
    this.#waiting.push(waiting)
  }

  /** Stores what waits, group by group, until nothing does, which `ended` is told before anything else can come. */
  async serve(ended: () => void): Promise<void> {
    for (let group = this.#next(); group; group = this.#next()) await this.#store(group)
    ended()
  }

  /** All that wait for the same store; the sessions of cookies have one for each request. */
  #next(): Group | undefined {
    const [first] = this.#waiting
    if (!first) return undefined
    const other = this.#waiting.findIndex(({ store }) => store !== first.store)
    return this.#waiting.splice(0, other === -1 ? this.#waiting.length : other) as Group
  }

  async #store(group: Group): Promise<void> {
    const [first] = group
    try {
      const outcomes = await commitTogether(first.store, group, this.#newest(group))
      const done = outcomes.findLast((outcome) => 'stored' in outcome)
      if (done) this.#pass(group, done.stored)
      for (const [index, waiting] of group.entries()) {
        const outcome = outcomes[index]
        if (!outcome || 'failed' in outcome) waiting.reject(outcome?.failed)
        else if ('slow' in outcome) waiting.resolve(afterwards(waiting, outcome))
        else waiting.resolve(outcome)
      }
    } catch (error) {
      const isDown = error instanceof SessionError && error.code === 'SESSION_STORE_DOWN'
      // Where the store does not serve, each that waits would wait for an answer in vain.
      for (const { reject } of isDown ? [...group, ...this.#waiting.splice(0)] : group) reject(error)
    }
  }

  /** What is likely to be stored: a version that a request has read and this line does not know is later than ours. */
  #newest(group: Group): Stored {
    const unknown = group.findLast(({ change }) => !this.#passed.has(change.base.version))
    return this.#latest && !unknown ? this.#latest : (unknown ?? group[0]).change.base
  }

  #pass(group: Group, stored: Stored): void {
    this.#latest = standing(stored)
    for (const { change } of group) this.#passed.add(change.base.version)
    this.#passed.add(stored.version)
    for (const version of this.#passed) {
      if (this.#passed.size <= mostRemembered) break
      this.#passed.delete(version)
    }
  }
}

/**
 * Commits a change whose function takes time, by itself, so that nobody else waits for that. Where the function failed, it
 * may have seen what is not stored: then what the request made of its own base is tried first.
 */
async function afterwards({ store, change, rules }: Waiting, { slow, on }: Slow): Promise<Commit> {
  const made = await slow.then(
    (json) => ({ base: on, json }),
    () => undefined,
  )
  return commit(store, { ...change, ...made }, rules)
}

/**
 * Lets the requests of this process write one session without fighting each other through the store: while one write is
 * under way, all changes that come wait together, and the next write stores them all.
 */
export class Turns {
  readonly #lines = new Map<string, Line>()
  readonly #asOwn: (committing: Committing) => Committing

  /** @param asOwn makes the functions of a change see their own request, where another one's is going to call them */
  constructor(asOwn: (committing: Committing) => Committing) {
    this.#asOwn = asOwn
  }

  /**
   * Commits a change, with others that came meanwhile. A request that began from a version that was written over since
   * merges with what is known to be there, and needs no conflict to learn of it. Fails as `commit` does; where the store
   * did not serve, what has waited for that fails with it.
   */
  commit(store: Store, change: Change, rules: CommitRules): Promise<Commit> {
    return new Promise((resolve, reject) => {
      const known = this.#lines.get(change.key)
      if (known) return known.add({ ...this.#asOwn({ change, rules }), store, resolve, reject })
      const line = new Line()
      this.#lines.set(change.key, line)
      line.add({ store, change, rules, resolve, reject })
      line.serve(() => this.#lines.delete(change.key))
    })
  }
}
