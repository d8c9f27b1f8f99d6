import { setTimeout as sleep } from 'node:timers/promises'
import type { CommitRules } from '../core/commit.js'
import { laterWriter } from '../core/merge.js'
import type { Setup } from './setup.js'

/** How a request stores its changes. `tellConflict` is called each time another writer was faster. */
export function commitRules({ policy, hooks }: Setup, tellConflict: () => void): CommitRules {
  return {
    policy,
    resolve: hooks.resolve ?? laterWriter,
    now: Date.now,
    onConflict(before) {
      tellConflict()
      return giveWay(before)
    },
  }
}

const longest = 128

/**
 * How long a writer waits after another one was faster: not at all the first time, then a random time below 4, 8, 16 …
 * 128 ms. Without it, the writes that many processes make to one session at once grow with the square of their number.
 */
async function giveWay(before: number): Promise<void> {
  if (before > 0) await sleep(Math.random() * Math.min(2 ** (before + 1), longest))
}
