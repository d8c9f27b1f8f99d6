import { AsyncResource } from 'node:async_hooks'
import type { Committing } from '../core/commit.js'

/** A change and its rules, whose functions see the request that they are of, although another one's calls them. */
export function inOwnContext({ change, rules }: Committing): Committing {
  const own = new AsyncResource('koa-shared-session')
  const { redo } = change
  return {
    change: redo ? { ...change, redo: own.bind(redo) } : change,
    rules: { ...rules, resolve: own.bind(rules.resolve), tellConflict: own.bind(rules.tellConflict) },
  }
}
