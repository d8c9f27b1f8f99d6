import type { ContainerFact } from '../facts/deployment.js'
import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Place } from '../place.js'

/** A directory of session files. */
export interface SessionDirectory {
  readonly session: SessionFact
  /** As written, relative to the audited directory where it is; undefined: not decidable. */
  readonly path: string | undefined
  readonly place: Place
  readonly pruned: boolean | undefined
}

export const sessionDirectories = ({ sessions }: Facts): SessionDirectory[] =>
  sessions.flatMap((session) => {
    const { kind, directory } = session.store
    return kind === 'file' && directory !== undefined ? [{ session, ...directory }] : []
  })

/** Whether a mount of the container holds the directory. A relative path counts where a mount ends like it, or holds a whole app. */
export function isMounted({ mounts }: ContainerFact, path: string | undefined, many = false): boolean {
  return mounts.some((mount) => (many ? mount.many : mount.lasting) && (path === undefined || holds(mount.path, path)))
}

function holds(mount: string, path: string): boolean {
  const base = mount.replace(/\/$/, '')
  if (path.startsWith('/')) return path === base || path.startsWith(`${base}/`)
  const bare = path.replace(/^\.\//, '')
  return base.endsWith(`/${bare}`) || /^\/(app|srv|usr\/src\/app|home\/\w+\/app|workspace|opt\/\w+)$/.test(base)
}
