import type { VariableFact } from '../facts/deployment.js'
import type { SessionFact } from '../facts/session.js'
import { isShared } from './libraries.js'

/**
 * The session with the store that the deployment files choose, where the code leaves it open: `sharedSession()` takes what
 * SESSION_STORE names, else Redis where an address is set, whatever the address is.
 */
export function chosenByDeployment(session: SessionFact, variables: readonly VariableFact[]): SessionFact {
  const isOpen = session.store.how === 'default' && session.store.kind !== 'unknown'
  if (session.library !== 'koa-shared-session' || !isOpen) return session
  const set = (names: readonly string[]) => variables.find((one) => names.includes(one.name) && isForProduction(one))
  const named = set(['SESSION_STORE'])
  const variable = named ?? set(['SESSION_REDIS_URL', 'REDIS_URL'])
  const kind = named ? storeNamed(named.value) : 'redis'
  if (variable === undefined || kind === undefined) return session
  const { store } = session
  const evidence = [...store.evidence, variable.place]
  return { ...session, store: { ...store, kind, shared: isShared(kind), how: 'given', evidence } }
}

const isForProduction = ({ value, example, fallback, when }: VariableFact) =>
  value !== '' && !example && !fallback && (when === 'any' || when === 'production')

const storeNamed = (value = '') => (['redis', 'file', 'cookie'] as const).find((kind) => kind === value.trim())
