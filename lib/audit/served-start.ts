import type { SessionFact } from './facts/session.js'
import type { Facts } from './facts.js'
import type { Place } from './place.js'
import { givenBy } from './production-variables.js'
import type { Topology } from './topology.js'
import { type Cause, causesOf, verdictOf } from './verdict.js'
import { ourVariable } from './wording/our-variable.js'

/** Whether `serve` may take the place of the start command, and how it is written. */
export type ServedStart =
  | {
      /** Behind the script: ` --own-sessions`, or nothing. */
      readonly options: string
      /** Places that must change before, or with it: the store and the key that one process keeps for itself. */
      readonly needs: readonly Place[]
    }
  | { readonly options: undefined; readonly why: string }

/** Several processes before they share key and store would lose the logins that one process keeps. */
export function servedStart(facts: Facts, topology: Topology): ServedStart {
  const { sessions, why, app } = verdictOf(facts, topology)
  const causes = causesOf(facts, topology)
  const places = causes.map(placeOf)
  const isMendable = places.every((place) => place !== undefined)
  if (!isMendable || (sessions === 'undecided' && causes.length === 0) || (sessions === 'ready' && app === 'breaks'))
    return { options: undefined, why }
  const replaced = facts.sessions.filter(({ port }) => port.edits !== undefined).map(({ place }) => place)
  return { options: ownSessions(facts, true), needs: [...places, ...replaced] }
}

/**
 * ` --own-sessions`, with which `serve` asks for no SECRET_KEY, where the sessions are not ours, or take another key.
 * `replaced`: what a machine can replace counts as sharedSession(), also where it loses no login today.
 */
export function ownSessions(facts: Facts, replaced: boolean): string {
  const isServed = facts.sessions.length > 0 && facts.sessions.every((session) => takesOurKey(session, facts, replaced))
  return isServed && (!replaced || givenBy(facts, ourVariable)?.source !== 'env-file') ? '' : ' --own-sessions'
}

function takesOurKey({ library, port, store }: SessionFact, { secrets }: Facts, replaced: boolean): boolean {
  if (library === 'koa-shared-session')
    return (
      secrets.some(({ sink }) => sink.name === 'sharedSession') ||
      (secrets.length > 0 && secrets.every(({ variable }) => variable === ourVariable))
    )
  return port.edits !== undefined && !port.ownKeys && (replaced || store.shared === false)
}

/** What a change must touch to mend it; undefined where no change of ours does. */
function placeOf(cause: Cause): Place | undefined {
  switch (cause.what) {
    case 'memory-store':
      return cause.session.port.edits === undefined ? undefined : cause.session.place
    case 'key-per-process':
    case 'key-unusable':
      return cause.secret.sink.place
    case 'key-missing':
      return cause.secret.place
    default:
      return undefined
  }
}
