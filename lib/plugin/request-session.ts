import type { Context } from 'koa'
import type { Commit, CommitRules } from '../core/commit.js'
import { isJsonObject, parseData } from '../core/data.js'
import type { SessionEvent } from './announce.js'
import type { Place } from './carrier.js'
import { commitRules } from './commit-rules.js'
import type { Behind } from './context-session.js'
import { warnAboutData } from './data-warnings.js'
import type { Engine, EngineSide } from './engine.js'
import { dropReasons, type Found, isCookieDue } from './found.js'
import { keepAlive } from './keep-alive.js'
import { changedWhileDown, endedBefore, notFields } from './misuse.js'
import { dropCookie } from './response-cookie.js'
import { createSession, jsonOf, type Session, type SessionHost, sessionFields, type UpdateFields } from './session.js'
import { answerCookie, isTooLate } from './session-cookie.js'
import type { Setup } from './setup.js'
import { WorkQueue } from './work-queue.js'
import {
  adopt,
  commitAt,
  endAt,
  lifeFor,
  type Renewal,
  storeAt,
  updateAt,
  updateUnstored,
  type Wanted,
} from './write-session.js'

/**
 * The session of one request: what was read is the base, `ctx.session` is what the handler makes of it, and storing it
 * is a compare-and-set against the base.
 */
export class RequestSession implements Behind, SessionHost, EngineSide {
  /** What the response does about the cookie. */
  cookie: 'keep' | 'send' | 'clear' = 'keep'
  /** The store does not serve, and the request goes on with an empty session that cannot be stored. */
  suspended = false
  readonly #setup: Setup
  readonly #engine: Engine
  readonly #ctx: Context
  readonly #rules: CommitRules
  #found: Found | undefined
  #session: Session | null | undefined
  /** The session ended or got a new id meanwhile: nothing this request does to it counts. */
  #over: keyof typeof dropReasons | undefined
  #told = false
  /** What the app asked for by `ctx.session.maxAge = …`. */
  #life: Wanted['life']
  #renewal: Renewal | undefined
  /** A new id could not be stored. What is left must not go under the old one, which is as it was. */
  #stuck = false
  #next: Place | undefined
  #json = '{}'
  readonly #queue = new WorkQueue()

  constructor(setup: Setup, engine: Engine, ctx: Context) {
    this.#setup = setup
    this.#engine = engine
    this.#ctx = ctx
    const tell = () => this.#tell('session:conflict', 'another request wrote first; both changes are kept')
    this.#rules = commitRules(setup, tell)
  }

  /** Nobody has looked at the session, there is none, and the cookie stays as it is. */
  get isAbsent(): boolean {
    return this.#session === undefined && !this.#found && this.cookie === 'keep'
  }

  /** The stored session as this request knows it. */
  get found(): Found | undefined {
    return this.#found
  }

  /** Begins with a stored session. */
  begin(found: Found): void {
    this.#found = found
    if (found.stored.record.successor !== undefined) this.#over = 'replaced'
  }

  /** Whether the handler has changed data since they were stored, or since the request ended. */
  get hasUnsavedChanges(): boolean {
    if (this.#session === undefined || this.#over || this.suspended) return false
    return this.#session === null ? this.#found !== undefined : this.#isChanged()
  }

  /** Goes on without the stored session. */
  forget(cookie: 'keep' | 'clear'): void {
    this.#found = undefined
    this.#session = undefined
    this.cookie = cookie
  }

  get session(): Session | null {
    if (this.#session === undefined) this.#session = createSession(this, this.#readData())
    return this.#session
  }

  set session(fields: unknown) {
    if (fields === this.#session && fields !== undefined) return
    if (fields !== null && !isJsonObject(fields)) throw notFields()
    if (fields !== null && this.#session === null) this.#renewal = 'discard'
    this.#session = fields && createSession(this, sessionFields(fields))
  }

  #readData(): object {
    if (!this.#found) return {}
    const data = parseData(this.#found.stored.record.json)
    if (data) return data
    this.forget('clear')
    this.#tell('session:invalid', 'the stored data cannot be read')
    return {}
  }

  get isNew(): boolean {
    return !this.#found || this.#renewal === 'discard'
  }

  get maxAge(): number {
    const record = this.#found?.stored.record
    return this.#life?.life ?? (record?.ownLife ? record.life : this.#setup.policy.lifetime)
  }

  set maxAge(ms: number | 'session') {
    this.#life = lifeFor(ms, this.#setup.policy)
  }

  save(): Promise<void> {
    return this.#queue.add(async () => {
      if (this.#session && this.#isChanged()) await this.#store()
    }, true)
  }

  regenerate(): Promise<void> {
    return this.#queue.add(async () => {
      const isThere = this.#found !== undefined || this.suspended
      if (!this.#session || !isThere || isTooLate(this.#ctx, this.#setup)) return
      this.#renewal ??= 'exchange'
      if (this.#isChanged()) await this.#store()
    }, true)
  }

  update(change: UpdateFields): Promise<void> {
    const called: UpdateFields = (fields) => this.#queue.call(() => change(fields))
    return this.#queue.add(async () => {
      if (!this.#session) throw endedBefore()
      if (this.#found && !this.#renewal && !this.#over) return this.#updateStored(this.#found, called)
      await updateUnstored(this.#session, called, this.#rules)
      if (this.#isChanged()) await this.#store()
    }, false)
  }

  /** Changes the latest data until that is stored; what the handler changed besides is left for later. */
  async #updateStored(found: Found, change: UpdateFields): Promise<void> {
    const outcome = await updateAt(found, change, this.#rules, this.#setup.turns)
    if ('dropped' in outcome) return this.#drop(outcome.dropped)
    if (isCookieDue(found, this.#setup.permanent, this.#life !== undefined)) this.cookie = 'send'
    if (this.#session) adopt(this.#session, found.stored.record.json, outcome.stored, this.#rules)
    this.#found = { ...found, stored: outcome.stored, olderKey: false }
  }

  /**
   * Stores what the handler left behind; undefined where nothing is to be done, so that nobody waits for it. Fails with
   * the codes of the store and of data that cannot be stored.
   */
  finish(): Promise<void> | undefined {
    const finishing = this.#queue.isUsed ? this.#queue.idle().then(() => this.#finishNow()) : this.#finishNow()
    return finishing?.then(() => this.#queue.refuseUnheard(this.#stuck))
  }

  #finishNow(): Promise<void> | undefined {
    if (this.#session === null || this.#isEmptied()) return this.#end()
    if (this.#stuck) return undefined
    if (this.#session !== undefined && this.#isChanged()) return this.#store()
    return this.#found && !this.#over ? this.#stayAlive(this.#found) : undefined
  }

  async #end(): Promise<void> {
    if (!this.#found && !this.suspended) return
    // Where it is gone, the browser may have the cookie of the next session by now.
    if (this.#over !== 'gone') this.cookie = 'clear'
    if (this.suspended) throw changedWhileDown()
    await this.#engine.destroy(this.#ctx, this)
    if (this.#over !== 'gone') this.#tell('session:ended', 'the app set ctx.session to null')
  }

  #stayAlive(found: Found): Promise<void> | undefined {
    return keepAlive(found, this.#setup)?.then((alive) => {
      if (!alive) return
      this.#found = { ...found, stored: alive.stored }
      if (alive.cookieDue) this.cookie = 'send'
    })
  }

  /** Takes the JSON of what the handler made of the session, and tells whether that is to be stored. */
  #isChanged(): boolean {
    this.#json = jsonOf(this.#session ?? {})
    const isAsked = this.#renewal !== undefined || this.#life !== undefined
    if (!this.#found) return this.#json !== '{}' || (this.suspended && isAsked)
    return isAsked || this.#json !== this.#found.stored.record.json
  }

  /** Ended, and begun again with nothing in it. */
  #isEmptied(): boolean {
    return this.#renewal === 'discard' && jsonOf(this.#session ?? {}) === '{}'
  }

  async #store(): Promise<void> {
    const isNext = this.#renewal === 'discard'
    if (isNext && this.suspended) this.cookie = 'clear'
    if (this.suspended) throw changedWhileDown()
    // What becomes of the session before is no matter to the one that the app begins after it.
    if (isNext) this.#over = undefined
    if (this.#over) return this.#drop(this.#over)
    // Nobody could ever use it.
    if (this.isNew && isTooLate(this.#ctx, this.#setup)) return this.#end()
    const { hooks } = this.#setup
    const [{ beforeSave }, session] = [hooks, this.#session]
    if (beforeSave && session) {
      await this.#queue.call(() => beforeSave(this.#ctx, session))
      this.#json = jsonOf(this.#session ?? {})
    }
    warnAboutData(this.#session ?? {}, this.#json, this.#setup)
    await this.#engine.save(this.#ctx, this)
  }

  #drop(reason: keyof typeof dropReasons): void {
    this.#over = reason
    this.cookie = 'keep'
    // An earlier save() may have put it there.
    if (!this.#ctx.headerSent) dropCookie(this.#ctx, this.#setup.cookie.name)
    if (this.#told) return
    this.#told = true
    this.#tell('session:dropped', dropReasons[reason])
  }

  get currentKey(): string | undefined {
    return this.#renewal ? undefined : this.#found?.place.key
  }

  get nextKey(): string {
    this.#next = this.#setup.carrier.create()
    return this.#next.key
  }

  async write(): Promise<void> {
    const place = this.#next ?? this.#found?.place
    if (!place) return
    const [sent, session, life] = [this.#json, this.#session, this.#life]
    const outcome = await this.#writeAt(place)
    if ('dropped' in outcome) return this.#drop(outcome.dropped)
    // What came while the store was asked is of the next write.
    if (this.#life === life) this.#life = undefined
    const isShown = outcome.merged && session && session === this.#session
    const adopted = isShown && adopt(session, sent, outcome.stored, this.#rules)
    this.#found = { place, stored: adopted || outcome.stored, olderKey: false }
    // The browser goes on with the new id, whatever became of the old one.
    if ('unsure' in outcome) throw outcome.unsure
  }

  async #writeAt(place: Place): Promise<Commit> {
    const [found, renewal] = [this.#found, this.#renewal]
    const wanted = { json: this.#json, life: this.#life }
    this.#next = undefined
    if (found?.place === place) {
      const outcome = await commitAt(found, wanted, this.#rules, this.#setup.turns)
      if (isCookieDue(found, this.#setup.permanent, wanted.life !== undefined)) this.cookie = 'send'
      return outcome
    }
    this.#renewal = undefined
    const old = found && renewal && { found, renewal }
    const outcome = await storeAt(place, old, wanted, this.#rules).catch((error) => {
      this.#renewal = renewal
      this.#stuck = true
      if (old?.renewal === 'discard') this.cookie = 'clear'
      throw error
    })
    this.#stuck = false
    this.cookie = 'send'
    if ('dropped' in outcome) return outcome
    if (found) this.#tell('session:renewed', 'a session got a new id')
    else this.#tell('session:created', 'a session was stored for the first time')
    return outcome
  }

  written(): void {
    answerCookie(this.#ctx, this.#setup, this)
  }

  async remove(): Promise<void> {
    if (!this.#found) return
    const found = this.#found
    this.#found = undefined
    await endAt(found)
  }

  #tell(event: SessionEvent, reason: string): void {
    this.#setup.announce(event, reason, this.#ctx.app, this.#ctx)
  }
}
