import type { Verdict } from '../report.js'
import type { LiveFacts, LiveVisit } from './live-facts.js'
import type { LiveFound } from './live-rule.js'

/** What was measured counts first, then what keeps every login from working, then what the source says. */
export function liveVerdict({ visit }: LiveFacts, stopping: readonly LiveFound[], source: Verdict): Verdict {
  const measured = visit && measuredShare(visit)
  const [first, ...others] = stopping
  if (measured && (measured.visibility < 1 || first === undefined)) {
    const sessions = measured.visibility < 1 ? 'breaks' : 'ready'
    return { sessions, app: sessions === 'breaks' || source.app === 'breaks' ? sessions : source.app, ...measured }
  }
  if (first === undefined) return source
  const more = others.length > 0 ? `, and ${others.length} more` : ''
  return { sessions: 'breaks', app: 'breaks', visibility: 0, why: `${first.title}${more}.` }
}

function measuredShare({ loggedIn, asked, workers }: LiveVisit): { visibility: number; why: string } | undefined {
  if (loggedIn === null || asked === 0) return undefined
  const by = workers === null ? '' : `, answered by ${workers.count} worker${workers.count === 1 ? '' : 's'}`
  return { visibility: loggedIn / asked, why: `measured: logged in on ${loggedIn} of ${asked} requests${by}.` }
}
