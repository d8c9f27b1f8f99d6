import { isDeepStrictEqual } from 'node:util'
import type { Entry, NewEntry } from '../../lib/core/store.js'

/** One call of a store, for one key. */
export type Call =
  | { readonly method: 'read' }
  | { readonly method: 'write'; readonly entry: NewEntry; readonly seen: string | undefined }
  | { readonly method: 'touch'; readonly expires: number; readonly seen: string }
  | { readonly method: 'remove' }

/** What a store keeps for one key; it may have expired. */
export type Kept = Entry | undefined

/** What is kept after the call, or what should have been answered instead. */
export type Verdict = { readonly kept: Kept } | { readonly wrong: string }

/**
 * The promises of lib/core/store.ts, as a function: from what is kept, a call and its answer, to what is kept then. The
 * new version is the only thing that a store may choose, so it is taken from the answer.
 */
export function follow(kept: Kept, call: Call, answer: unknown, now: number): Verdict {
  const live = isLive(kept, now) ? kept : undefined
  const answers = (expected: unknown, after: Kept): Verdict =>
    isDeepStrictEqual(answer, expected) ? { kept: after } : { wrong: `${show(answer)} instead of ${show(expected)}` }
  if (call.method === 'read') return answers(live, kept)
  if (call.method === 'remove') return answers(undefined, undefined)
  if (call.method === 'touch') {
    const current = live?.version === call.seen ? live : undefined
    return answers(current !== undefined, current ? { ...current, expires: call.expires } : kept)
  }
  if (live && live.version !== call.seen) return answers({ conflict: live }, kept)
  if (!live && call.seen !== undefined) return answers({ gone: true }, kept)
  const version = versionIn(answer)
  return version === undefined
    ? { wrong: `${show(answer)} instead of a new version` }
    : { kept: { ...call.entry, version } }
}

/** Whether there is an entry that has not expired. */
export function isLive(kept: Kept, now: number): kept is Entry {
  return kept !== undefined && kept.expires > now
}

/** The version that a write answered, if it wrote. */
export function versionIn(answer: unknown): string | undefined {
  const written = typeof answer === 'object' && answer !== null && 'written' in answer ? answer.written : undefined
  return typeof written === 'string' ? written : undefined
}

/** A value as a report shows it. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined'
}
