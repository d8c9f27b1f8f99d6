import { type Call, follow, type Kept, show } from './promises.js'

/** A call that was made, its answer, and when: moments are counted, not timed. */
export interface Event {
  readonly who: string
  readonly key: string
  readonly call: Call
  readonly answer: unknown
  readonly began: number
  readonly ended: number
}

/**
 * Fails unless the answers are those of calls that were made one after the other, each at one moment between its begin
 * and its end (linearizability, by search). That is more than the single promises: of many writes over one version one
 * is done, nothing comes back after a removal, and no read shows what had been replaced before it began.
 *
 * @param kept what the store held for the key at the start
 */
export function explain(events: readonly Event[], kept: Kept, now: number): void {
  if (!canFollow(events, kept, now))
    throw new Error(`no order explains these answers, from ${show(kept)}:\n${events.map(line).join('\n')}`)
}

function canFollow(left: readonly Event[], kept: Kept, now: number): boolean {
  if (left.length === 0) return true
  const firstEnd = Math.min(...left.map(({ ended }) => ended))
  return left.some((event) => {
    if (event.began > firstEnd) return false
    const verdict = follow(kept, event.call, event.answer, now)
    if ('wrong' in verdict) return false
    return canFollow(
      left.filter((other) => other !== event),
      verdict.kept,
      now,
    )
  })
}

function line({ who, call, answer, began, ended }: Event): string {
  return `  ${began}–${ended} ${who}: ${show(call)} → ${show(answer)}`
}
