import { setTimeout as sleep } from 'node:timers/promises'
import { types } from 'node:util'
import type { CommitRules } from '../core/commit.js'
import { isJson } from '../core/data.js'
import { laterWriter, type Resolve } from '../core/merge.js'
import { resolvedLater, resolvedToNoJson } from './misuse.js'
import type { Setup } from './setup.js'

/** How a request stores its changes. `tellConflict` is called each time another writer was faster. */
export function commitRules({ policy, hooks }: Setup, tellConflict: () => void): CommitRules {
  return {
    policy,
    resolve: hooks.resolve ? checkedResolve(hooks.resolve) : laterWriter,
    now: Date.now,
    tellConflict,
    giveWay,
  }
}

/** The app's function, held to answer at once, and with something that can be stored. */
function checkedResolve(resolve: Resolve): Resolve {
  return (contest) => {
    const answer: unknown = resolve(contest)
    if (types.isPromise(answer)) {
      answer.catch(() => undefined)
      throw resolvedLater()
    }
    if (!isJson(answer)) throw resolvedToNoJson()
    return answer
  }
}

const longest = 128

/**
 * How long a writer waits after another one was faster: not at all the first time, then a random time below 4, 8, 16 …
 * 128 ms. Without it, the writes that many processes make to one session at once grow with the square of their number.
 */
function giveWay(before: number): Promise<void> | undefined {
  return before > 0 ? sleep(Math.random() * Math.min(2 ** (before + 1), longest)) : undefined
}
