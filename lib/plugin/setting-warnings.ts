import type { Backend } from '../core/backend.js'
import type { Settings, Sources } from '../core/options.js'
import type { LogOnce } from './announce.js'

/** Warns at boot about settings that work, and hardly do what was meant. */
export function warnAboutSettings(
  settings: Settings,
  sources: Sources,
  { backend, production, log }: { backend: Backend; production: boolean; log: LogOnce },
): void {
  const { lifetime, absoluteLifetime } = settings
  if (sources.lifetime && lifetime > absoluteLifetime)
    log.warn(
      `${sources.lifetime} is ${lifetime} seconds, but every session ends ${absoluteLifetime} seconds after it was created. Set absoluteLifetime (SESSION_ABSOLUTE_LIFETIME) as well.`,
    )
  if (backend === 'cookie' && production)
    log.warn(
      'sessions are kept in the cookie: readable by the browser, and a copied cookie is valid until it expires, also after a logout. Use Redis or files where that matters.',
    )
  if (production && settings['cookie.secure'] === false)
    log.warn(
      `${sources['cookie.secure']} is false, so browsers send the session cookie over plain HTTP too, where anybody on the way can read it. Leave it out unless nobody reaches the app from outside.`,
    )
  if (backend === 'memory' && production)
    log.warn(
      'sessions are kept in the memory of one process: other processes do not see them, and a restart ends them.',
    )
}
