import type { LocalStateFact } from '../../facts/local-state.js'
import type { SessionFact } from '../../facts/session.js'
import type { Place } from '../../place.js'
import type { Lookup } from '../lookups.js'

/**
 * The state of the process, and what says there who is logged in: a cookie or token of the request is looked up in it.
 * A session that is written by hand is told as one.
 */
export function withLogins(
  states: readonly LocalStateFact[],
  lookups: readonly Lookup[],
  sessions: readonly SessionFact[],
): LocalStateFact[] {
  const logins = lookups.filter(({ kept }) => kept.kind === 'memory' && !isTold(kept.place, sessions))
  const isLogin = (state: LocalStateFact) => logins.some((lookup) => holds(state, lookup))
  const known = states.map((state) => (isLogin(state) ? asLogin(state) : state))
  const others = logins.filter((lookup) => !states.some((state) => holds(state, lookup))).map(factOf)
  const first = others.filter(({ what }, index) => others.findIndex((other) => other.what === what) === index)
  return [...known, ...first]
}

const isTold = (place: Place, sessions: readonly SessionFact[]) =>
  sessions.some(({ library, store }) => library === 'own session' && store.evidence.some((each) => isSame(each, place)))

const isSame = (a: Place, b: Place) => a.file === b.file && a.start === b.start

function holds({ place }: LocalStateFact, { kept: { made } }: Lookup): boolean {
  if (made === undefined || made.module.file !== place.file) return false
  return place.start <= made.node.start && made.node.end <= place.end
}

const asLogin = (state: LocalStateFact): LocalStateFact => ({
  ...state,
  confidence: state.confidence === 'low' ? 'medium' : state.confidence,
  identity: true,
  carriesLogin: true,
})

function factOf({ kept, credential }: Lookup): LocalStateFact {
  return {
    kind: 'request-state',
    what: `${kept.via ?? 'a variable'}, in the memory of the process`,
    place: kept.place,
    confidence: 'medium',
    identity: true,
    carriesLogin: true,
    library: undefined,
    uses: [credential.module.at(credential.node)],
  }
}
