import { storedOf } from '../core/commit.js'
import { SessionError } from '../core/errors.js'
import {
  type Difference,
  difference,
  fingerprint,
  hostFingerprint,
  isElder,
  keyFingerprint,
  type Member,
  memory,
  shareHost,
} from '../core/fleet.js'
import type { Store } from '../core/store.js'
import { fileStore } from '../stores/file.js'
import type { LogOnce } from './announce.js'
import { type Meeting, type Membership, meet } from './fleet.js'
import { isThere, openSide, openSides, origin } from './fleet-process.js'
import { TimeLimit } from './time-limit.js'

/**
 * Notices processes that serve the same visitors and do not fit together.
 *
 * That they have one name is no evidence: two apps may. Evidence is that both live, and that browsers send both the same
 * cookie: visitors with a session asked both for the same host, or brought here a cookie of a live session that another
 * process has stored since this one began. Both sides say so in the log. `check()` rejects on the side that came later
 * alone, so that a readiness gate holds back the newcomer, and those who serve go on.
 */
export interface FleetWatch {
  /** A visitor with a session asked for this host. Looks now and then, behind the request's back. */
  serving(host: string): void
  /** A cookie came that our keys did not sign, and that leads to this storage key. */
  refused(key: string): void
  /** Looks now. @throws SessionError SESSION_FLEET_DIFFERS; what the store throws */
  check(): Promise<void>
  /** This process takes part no more. */
  close(): void
}

export interface FleetWatchParts {
  /** Where sessions rest: there processes on any machine meet. */
  readonly store: Store
  /** Names the app and its cookie, since other apps and other sessions are none of our business. */
  readonly name: string
  /** Where processes of one machine meet, whatever their stores. */
  readonly directory: string
  readonly keys: readonly string[]
  readonly log: LogOnce
}

/** How another member differs, and whether it was there before us. */
interface Finding {
  readonly difference: Difference
  readonly isElder: boolean
}

/** ms between two looks. */
const pause = 15_000
/** How long a look waits for what processes of this machine know of each other. */
const patience = new TimeLimit(1_000)
/** Members whose first sight is remembered; forgetting one asks for one more sign of life. */
const mostKnown = 1_000
/** Hosts that are noted, the latest ones: visitors can make up as many as they like. */
const mostHosts = 16

/** Undefined where no other process can share the store. */
export function watchFleet(parts: FleetWatchParts): FleetWatch | undefined {
  // Nobody else can reach it.
  return parts.store.kind === 'memory' ? undefined : new Watch(parts)
}

class Watch implements FleetWatch {
  readonly #parts: FleetWatchParts
  /** What others see of us; where sessions rest is found out at the first look. */
  readonly #traits: { keys: readonly string[]; place: string }
  /** When the place became another one, as after FLUSHALL: what others entered before is of no use. */
  #movedAt = Number.NEGATIVE_INFINITY
  readonly #leave: () => void
  readonly #since = Date.now()
  readonly #hosts = new Map<string, number>()
  /** When each other member was heard of as we first knew it, by its name. */
  readonly #known = new Map<string, number>()
  #onMachine: Store | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<Finding | undefined> = Promise.resolve(undefined)
  #waiting: Promise<Finding | undefined> | undefined
  #refused: string | undefined
  #crossedAt = Number.NEGATIVE_INFINITY

  constructor(parts: FleetWatchParts) {
    this.#parts = parts
    this.#traits = { keys: parts.keys.map(keyFingerprint), place: '' }
    this.#leave = openSide(parts.name, this.#traits)
  }

  serving(host: string): void {
    const now = Date.now()
    this.#note(host, now)
    if (Math.abs(now - this.#lookedAt) < pause) return
    this.#look().catch(() => undefined)
  }

  #note(host: string, now: number): void {
    if (now === this.#hosts.get(host)) return
    this.#hosts.delete(host)
    this.#hosts.set(host, now)
    const [oldest] = this.#hosts.keys()
    if (this.#hosts.size > mostHosts && oldest !== undefined) this.#hosts.delete(oldest)
  }

  refused(key: string): void {
    this.#refused = key
  }

  async check(): Promise<void> {
    const found = await this.#look()
    if (found?.isElder && found.difference !== 'rotation')
      throw new SessionError('SESSION_FLEET_DIFFERS', sentences[found.difference])
  }

  close(): void {
    this.#leave()
  }

  /** One look after the other, so that each knows what the one before has found out; who comes meanwhile shares the next. */
  #look(): Promise<Finding | undefined> {
    if (this.#waiting) return this.#waiting
    this.#lookedAt = Date.now()
    const look = () => {
      this.#waiting = undefined
      return this.#lookNow()
    }
    this.#looking = this.#looking.then(look, look)
    this.#waiting = this.#looking
    return this.#looking
  }

  async #lookNow(): Promise<Finding | undefined> {
    const inStore = await this.#findInStore()
    // A disk that hangs must keep nobody waiting.
    const onMachine = await patience.within(this.#findOnMachine()).catch(() => [])
    const found = [...onMachine, ...inStore]
    for (const { difference } of found) tell(difference, this.#parts.log)
    return found.find((each) => each.isElder && each.difference !== 'rotation') ?? found[0]
  }

  /** Who meets in the store has the same one, by whatever name; processes with the same keys are one member. */
  async #findInStore(): Promise<Finding[]> {
    const traits = { ...this.#traits, place: '' }
    const membership = this.#membership(this.#parts.store, `fleet:${this.#parts.name}`)
    const meeting = await meet({ ...membership, name: String(traits.keys), sides: [traits] })
    if (meeting) this.#standAt(meeting.mark)
    return this.#differing(
      meeting,
      String(traits.keys),
      ({ sides }) => difference(traits, sides),
      () => this.#hasCrossed(),
    )
  }

  #standAt(mark: string): void {
    const place = mark && fingerprint(mark)
    if (this.#traits.place !== '' && place !== this.#traits.place) this.#movedAt = Date.now()
    this.#traits.place = place
  }

  /** Under a key of its own, since the store may be this very directory. Who has the same store is met there: two verdicts on who came later could leave nobody ready. */
  async #findOnMachine(): Promise<Finding[]> {
    const { place } = this.#traits
    if (this.#hosts.size === 0 || place === '') return []
    this.#onMachine ??= storeOnMachine(this.#parts.directory)
    if (!this.#onMachine) return []
    const membership = this.#membership(this.#onMachine, `fleet:machine:${this.#parts.name}`)
    const sides = openSides(this.#parts.name)
    const meeting = await meet({ ...membership, name: origin.run, sides })
    return this.#differing(
      meeting,
      origin.run,
      (member) => this.#differenceTo(member),
      async () => false,
    )
  }

  #differenceTo({ sides, seen }: Member): Difference | undefined {
    const isMet = sides.some(({ place }) => place === '' || place === this.#traits.place)
    return isMet || seen <= this.#movedAt ? undefined : difference(this.#traits, sides)
  }

  #membership(store: Store, key: string): Omit<Membership, 'name' | 'sides'> {
    const hosts = [...this.#hosts].map(([host, time]) => [hostFingerprint(host, origin.machine), time] as const)
    return { store, key, since: this.#since, hosts: new Map(hosts) }
  }

  /** @param hasCrossed whether visitors brought here what the others gave them */
  async #differing(
    meeting: Meeting | undefined,
    ownName: string,
    differenceOf: (member: Member) => Difference | undefined,
    hasCrossed: () => Promise<boolean>,
  ): Promise<Finding[]> {
    const differing = [...(meeting?.others ?? [])].flatMap(([name, member]) => {
      const isPresent = this.#isThere(name, member)
      const found = differenceOf(member)
      return isPresent && found ? [{ name, member, difference: found }] : []
    })
    if (!meeting || differing.length === 0) return []
    const own = { name: ownName, member: meeting.own }
    const crossed = await hasCrossed()
    return differing
      .filter(({ member }) => crossed || shareHost(own.member, member, Date.now()))
      .map(({ name, member, difference }) => ({ difference, isElder: isElder(name, member, own) }))
  }

  #isThere(name: string, member: Member): boolean {
    if (this.#known.size > mostKnown) this.#known.clear()
    const first = this.#known.get(name) ?? member.seen
    this.#known.set(name, first)
    return isThere(member, this.#parts.name, first)
  }

  /** Whether a refused cookie was one of a session that another process has stored since this one began. */
  async #hasCrossed(): Promise<boolean> {
    const key = this.#refused
    this.#refused = undefined
    const entry = key === undefined ? undefined : await this.#parts.store.read(key)
    const stored = entry && storedOf(entry)
    if (stored && stored.record.saved >= this.#since) this.#crossedAt = Date.now()
    return Date.now() - this.#crossedAt < memory
  }
}

function storeOnMachine(directory: string): Store | undefined {
  try {
    return fileStore({ directory })
  } catch {
    // Where there is no place on this machine, the store alone must do.
    return undefined
  }
}

const consequence = 'so each rejects the sessions of the other, and users are logged in and out at random'

const sentences = {
  keys: `Another process that serves the same app has other secret keys, ${consequence}. Set the same SECRET_KEY (and SECRET_KEY_FALLBACKS) for all of them and restart; to change a key, keep the old one in SECRET_KEY_FALLBACKS for a while. Until then check() rejects on the side that came later.`,
  place: `Another process that serves the same app keeps its sessions in another store or under another prefix, ${consequence}. Set the same SESSION_STORE, REDIS_URL, SESSION_KEY_PREFIX and SESSION_FILE_DIR for all of them and restart. Until then check() rejects on the side that came later.`,
  rotation:
    'Another process signs with a secret key that this one does not know, or the other way round. While a rotation is rolled out that passes; otherwise set the same SECRET_KEY and SECRET_KEY_FALLBACKS for all. To roll out a new key without logging anybody out, add it to SECRET_KEY_FALLBACKS everywhere first.',
}

function tell(found: Difference, log: LogOnce): void {
  if (found === 'rotation') log.warnOnce('fleet rotation', sentences.rotation)
  else log.errorOnce(`fleet ${found}`, sentences[found])
}
