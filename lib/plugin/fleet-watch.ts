import { SessionError } from '../core/errors.js'
import { type Difference, keyFingerprint, placeFingerprint, type Traits } from '../core/fleet.js'
import type { Store } from '../core/store.js'
import { fileStore } from '../stores/file.js'
import type { LogOnce } from './announce.js'
import { type Membership, meet } from './fleet.js'

/** Notices processes that serve the same visitors and do not fit together. */
export interface FleetWatch {
  /** A request with a session cookie came in on this local port. Looks now and then, behind the request's back. */
  serving(port: number | undefined): void
  /** Looks now. @throws SessionError SESSION_FLEET_DIFFERS; what the store throws */
  check(): Promise<void>
}

export interface FleetWatchParts {
  /** Where sessions rest: there processes on any machine meet. */
  readonly store: Store
  /** Names the app and its cookie, since other apps and other sessions are none of our business. */
  readonly name: string
  /** Where processes of one machine meet, whatever their stores. */
  readonly directory: string
  readonly keys: readonly string[]
  /** Where sessions rest, in words. */
  readonly place: string
  readonly log: LogOnce
}

/** ms between two looks. */
const pause = 15_000
/** ms after which a process that was not heard of counts as gone. */
const silence = 45_000

/** Undefined where no other process can share the store. */
export function watchFleet({ store, name, directory, keys, place, log }: FleetWatchParts): FleetWatch | undefined {
  // Nobody else can reach it.
  if (store.kind === 'memory') return undefined
  const traits = { keys: keys.map(keyFingerprint), place: placeFingerprint(place) }
  const inStore: Membership = {
    store,
    key: `fleet:${name}`,
    // Processes with the same keys are one member, and who meets here has the same store, by whatever name.
    name: traits.keys.join('.'),
    traits: { ...traits, place: '' },
    isThere: (_name, seen) => Date.now() - seen < silence,
  }
  let onMachine: Membership | undefined
  let lookedAt = Number.NEGATIVE_INFINITY

  const look = async (): Promise<Difference | undefined> => {
    lookedAt = Date.now()
    const local = onMachine && (await meet(onMachine).catch(() => undefined))
    const found = local ?? (await meet(inStore))
    if (found) tell(found, log)
    return found
  }

  return {
    serving(port) {
      if (Math.abs(Date.now() - lookedAt) < pause) return
      onMachine ??= membershipOnMachine(directory, `fleet:${name}:${port}`, port, traits)
      look().catch(() => undefined)
    },
    async check() {
      const found = await look()
      if (found && found !== 'rotation') throw new SessionError('SESSION_FLEET_DIFFERS', sentences[found])
    },
  }
}

function membershipOnMachine(
  directory: string,
  key: string,
  port: number | undefined,
  traits: Traits,
): Membership | undefined {
  if (port === undefined) return undefined
  try {
    const store = fileStore({ directory })
    return { store, key, name: String(process.pid), traits, isThere: (name) => isAlive(Number(name)) }
  } catch {
    // Where there is no place on this machine, the store alone must do.
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const consequence = 'so each rejects the sessions of the other, and users are logged in and out at random'

const sentences = {
  keys: `Another process that serves the same app has other secret keys, ${consequence}. Set the same SECRET_KEY (and SECRET_KEY_FALLBACKS) for all of them and restart; to change a key, keep the old one in SECRET_KEY_FALLBACKS for a while.`,
  place: `Another process that serves the same port keeps its sessions in another store or under another prefix, ${consequence}. Set the same SESSION_STORE, REDIS_URL, SESSION_KEY_PREFIX and SESSION_FILE_DIR for all of them and restart.`,
  rotation:
    'Another process signs with a secret key that this one does not know, or the other way round. While a rotation is rolled out that passes; otherwise set the same SECRET_KEY and SECRET_KEY_FALLBACKS for all. To roll out a new key without logging anybody out, add it to SECRET_KEY_FALLBACKS everywhere first.',
}

function tell(found: Difference, log: LogOnce): void {
  if (found === 'rotation') log.warnOnce('fleet rotation', sentences.rotation)
  else log.errorOnce(`fleet ${found}`, sentences[found])
}
