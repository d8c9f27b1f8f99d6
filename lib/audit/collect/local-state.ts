import type { LocalStateFact } from '../facts/local-state.js'
import type { Place } from '../place.js'
import type { CodeScope } from './code-scope.js'
import { limitersInMemory } from './local-state/limiters.js'
import { moduleState } from './local-state/module-state.js'
import { moduleVariables } from './local-state/module-variables.js'
import { pageCaches } from './local-state/page-caches.js'
import { signOnInMemory } from './local-state/sign-on.js'
import { localSockets } from './local-state/sockets.js'
import { timersPerProcess } from './local-state/timers.js'

/** State that lives in one process. `confidence: 'low'`: most likely a cache that another process fills for itself. */
export function collectLocalState(scope: CodeScope): LocalStateFact[] {
  return [
    ...moduleState(scope),
    ...moduleVariables(scope),
    ...limitersInMemory(scope),
    ...localSockets(scope),
    ...timersPerProcess(scope),
    ...signOnInMemory(scope),
    ...pageCaches(scope),
  ].sort((a, b) => byPlace(a.place, b.place))
}

const byPlace = (a: Place, b: Place) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start)
