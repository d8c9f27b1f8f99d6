import type { SessionFact } from './facts/session.js'
import type { Facts } from './facts.js'
import { givenBy } from './production-variables.js'
import { isMounted } from './wording/session-directory.js'

export interface ContainerDirectories {
  readonly session: SessionFact
  /** How many containers run the app on one host. */
  readonly containers: number
  /** `separate`: each has a directory of its own. `open`: a volume is there, and nothing says that sessions are on it. */
  readonly are: 'separate' | 'open'
}

/** Whether hosts share a directory of session files. Undefined: they do, there is one host, or there are no such files. */
export function hostDirectories(facts: Facts, hosts: number): Omit<ContainerDirectories, 'containers'> | undefined {
  const session = facts.sessions.find(({ store }) => store.kind === 'file')
  if (session === undefined || hosts < 2) return undefined
  const path = directoryOf(session, facts)
  const isShared = facts.containers.some((each) => isMounted(each, path, true))
  if (!isShared) return { session, are: 'separate' }
  return path === undefined ? { session, are: 'open' } : undefined
}

/** Session files of an app that several containers of one host run. Undefined: they share them, or there are no such files. */
export function containerDirectories(facts: Facts): ContainerDirectories | undefined {
  const session = facts.sessions.find(({ store }) => store.kind === 'file')
  const running = facts.containers.filter(({ kind }) => kind === 'compose')
  const containers = containersOf(facts)
  if (session === undefined || running.length === 0 || containers < 2) return undefined
  const path = directoryOf(session, facts)
  if (path === undefined && running.some((each) => isMounted(each, undefined)))
    return { session, containers, are: 'open' }
  return running.some((each) => isMounted(each, path)) ? undefined : { session, containers, are: 'separate' }
}

const containersOf = ({ processes }: Facts) =>
  Math.max(
    1,
    ...processes
      .filter(({ kind, when }) => kind === 'replicas' && (when === 'any' || when === 'production'))
      .map(({ count }) => (typeof count === 'number' ? count : 1)),
  )

/** As written, or as the deployment says it to sharedSession(). */
function directoryOf({ library, store }: SessionFact, facts: Facts): string | undefined {
  if (store.directory !== undefined || library !== 'koa-shared-session') return store.directory?.path
  return givenBy(facts, 'SESSION_FILE_DIR')?.value
}
