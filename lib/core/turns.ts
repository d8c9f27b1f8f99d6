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
interface Line {
  readonly waiting: Waiting[]
  latest: Stored | undefined
  /** Versions that are known to be older than the latest, or the latest itself. */
  readonly passed: Set<string>
}

/** Stores what waits, group by group, until nothing does, which `ended` is told before anything else can come. */
async function serve(line: Line, ended: () => void): Promise<void> {
  let group = nextGroup(line)
  while (group) {
    const stored = await storeGroup(line, group)
    const next = nextGroup(line)
    // For those that come next only: most writes have the session to themselves.
    if (next && stored) pass(line, group, stored)
    group = next
  }
  ended()
}

/** All that wait for the same store; the sessions of cookies have one for each request. */
function nextGroup({ waiting }: Line): Group | undefined {
  const [first] = waiting
  if (!first) return undefined
  const other = waiting.findIndex(({ store }) => store !== first.store)
  return waiting.splice(0, other === -1 ? waiting.length : other) as Group
}

/** Answers what is stored by now, where this group has stored something. */
async function storeGroup(line: Line, group: Group): Promise<Stored | undefined> {
  const [first] = group
  try {
    const outcomes = await commitTogether(first.store, group, newest(line, group))
    for (const [index, waiting] of group.entries()) {
      const outcome = outcomes[index]
      if (!outcome || 'failed' in outcome) waiting.reject(outcome?.failed)
      else if ('slow' in outcome) waiting.resolve(afterwards(waiting, outcome))
      else waiting.resolve(outcome)
    }
    return outcomes.findLast((outcome) => 'stored' in outcome)?.stored
  } catch (error) {
    const isDown = error instanceof SessionError && error.code === 'SESSION_STORE_DOWN'
    // Where the store does not serve, each that waits would wait for an answer in vain.
    for (const { reject } of isDown ? [...group, ...line.waiting.splice(0)] : group) reject(error)
    return undefined
  }
}

/** What is likely to be stored: a version that a request has read and this line does not know is later than ours. */
function newest({ latest, passed }: Line, group: Group): Stored {
  const unknown = group.findLast(({ change }) => !passed.has(change.base.version))
  return latest && !unknown ? latest : (unknown ?? group[0]).change.base
}

function pass(line: Line, group: Group, stored: Stored): void {
  const { passed } = line
  line.latest = standing(stored)
  for (const { change } of group) passed.add(change.base.version)
  passed.add(stored.version)
  for (const version of passed) {
    if (passed.size <= mostRemembered) break
    passed.delete(version)
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
      const own = known ? this.#asOwn({ change, rules }) : { change, rules }
      const waiting = { store, change: own.change, rules: own.rules, resolve, reject }
      if (known) return known.waiting.push(waiting)
      const line = { waiting: [waiting], latest: undefined, passed: new Set<string>() }
      this.#lines.set(change.key, line)
      return serve(line, () => this.#lines.delete(change.key))
    })
  }
}
