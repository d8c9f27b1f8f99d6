import { lossyField } from '../core/data.js'
import type { Setup } from './setup.js'

/** From this many characters of JSON on, a session is worth a warning: every request with its cookie reads all of it. */
const largeSession = 256 * 1024

/** Warns once about a session that is large, and in development about values that JSON changes without a word. */
export function warnAboutData(session: object, json: string, { log, production }: Setup): void {
  if (json.length > largeSession)
    log.warnOnce(
      'large',
      `a session holds more than ${largeSession / 1024} KiB. Every request with its cookie reads all of it. Keep large things in a database, and in the session only what finds them.`,
    )
  const lossy = production ? undefined : lossyField(session)
  if (lossy)
    log.warnOnce(
      `lossy ${lossy.becomes}`,
      `${lossy.path} is read back as ${lossy.becomes}, because sessions are stored as JSON. Store a text or a plain object instead.`,
    )
}
