import { SessionError } from '../core/errors.js'
import { createKeyRing, type KeyRing } from '../core/key-ring.js'
import { keyWeakness } from '../core/key-strength.js'
import type { LogOnce } from './announce.js'
import { developmentKey } from './development-key.js'

interface KeyBoot {
  /** Where the keys came from. */
  source: string | undefined
  production: boolean
  /** Where a development key is kept. */
  directory: string
  log: Pick<LogOnce, 'warn'>
  /** No line about a development key: nobody needs it in a test run. */
  quiet: boolean
}

const makeOne = 'npx koa-shared-session secret'
const howToSet = `Make one with\n\n  ${makeOne}\n\nand set it as SECRET_KEY in the environment of every process, the same in all of them.`

/**
 * The key ring to start with. Production needs strong keys; elsewhere a key is made once and kept in the session
 * directory, so that all workers agree.
 *
 * @throws SessionError SESSION_KEY_MISSING, SESSION_KEY_WEAK; SESSION_DIRECTORY_UNSAFE for a development key
 */
export function bootKeyRing(given: string | readonly string[] | undefined, boot: KeyBoot): KeyRing {
  const keys = given === undefined ? [] : [given].flat()
  const weakness = firstWeakness(keys, boot.source)
  if (boot.production) {
    if (keys.length === 0) throw missing()
    if (weakness) throw weak(weakness)
  }
  if (keys.length > 0) {
    if (weakness) boot.log.warn(`${weakness}. Production will not start with it.`)
    return createKeyRing(keys)
  }
  const key = developmentKey(boot.directory)
  if (!boot.quiet)
    boot.log.warn(
      `SECRET_KEY is not set; a development key in ${boot.directory} is used. Production will not start without one.`,
    )
  return createKeyRing([key])
}

function firstWeakness(keys: readonly string[], source = 'keys'): string | undefined {
  for (const [index, key] of keys.entries()) {
    const weakness = keyWeakness(key)
    if (weakness) return `${nameOf(index, source)} ${weakness}`
  }
  return undefined
}

function nameOf(index: number, source: string): string {
  if (index === 0) return `The secret key (${source})`
  const older = source === 'SECRET_KEY' ? 'SECRET_KEY_FALLBACKS' : source
  return `The older secret key number ${index} (${older})`
}

function missing(): SessionError {
  return new SessionError(
    'SESSION_KEY_MISSING',
    `SECRET_KEY is not set. Without a key that all processes share, each would reject the cookies of the others, and users would be logged in and out at random. ${howToSet}`,
  )
}

function weak(weakness: string): SessionError {
  return new SessionError(
    'SESSION_KEY_WEAK',
    `${weakness}. Whoever finds the key can forge the cookie of any session. ${howToSet} An older key that is weak must go from the older ones too.`,
  )
}
