import type { Context } from 'koa'
import { type Commit, type CommitRules, commit, type Stored } from '../core/commit.js'
import { isJsonObject, parseData, serializeData } from '../core/data.js'
import { SessionError } from '../core/errors.js'
import { create, exchange } from '../core/exchange.js'
import { laterWriter } from '../core/merge.js'
import type { SessionRecord } from '../core/record.js'
import type { Place } from './carrier.js'
import type { Behind } from './context-session.js'
import { warnAboutData } from './data-warnings.js'
import type { Engine, EngineSide } from './engine.js'
import { keepAlive } from './keep-alive.js'
import { createSession, type Session, type SessionHost, sessionFields } from './session.js'
import { answerCookie } from './session-cookie.js'
import type { Setup } from './setup.js'

/** A stored session that the cookie of a request leads to. */
export interface Found {
  readonly place: Place
  readonly stored: Stored
  /** The cookie was signed by an older key, so it is due to be issued anew. */
  readonly olderKey: boolean
}

/** What the response does about the cookie. */
export type CookieFate = 'keep' | 'send' | 'clear'

/** What a session has become when a write of it is dropped. */
const dropReasons = {
  gone: 'the session ended while this request was under way',
  replaced: 'the session got a new id while this request was under way',
}

/**
 * The session of one request: what was read is the base, `ctx.session` is what the handler makes of it, and storing it
 * is a compare-and-set against the base.
 */
export class RequestSession implements Behind, SessionHost, EngineSide {
  cookie: CookieFate = 'keep'
  readonly #setup: Setup
  readonly #engine: Engine
  readonly #ctx: Context
  readonly #rules: CommitRules
  #found: Found | undefined
  #session: Session | null | undefined
  /** The session ended or got a new id meanwhile: nothing this request does to it counts. */
  #over = false
  #told = false
  #suspended = false
  /** What the app asked for by `ctx.session.maxAge = …`. */
  #life: { life: number; ownLife: boolean } | undefined
  /** A new id is wanted; the old one ends at once, or follows for the grace. */
  #renewal: 'discard' | 'exchange' | undefined
  #next: Place | undefined
  #json = '{}'
  #queue: Promise<unknown> = Promise.resolve()

  constructor(setup: Setup, engine: Engine, ctx: Context) {
    this.#setup = setup
    this.#engine = engine
    this.#ctx = ctx
    this.#rules = {
      policy: setup.policy,
      resolve: setup.hooks.resolve ?? laterWriter,
      now: Date.now,
      onConflict: () =>
        setup.announce('session:conflict', 'another request wrote first; both changes are kept', ctx.app, ctx),
    }
  }

  /** The stored session as this request knows it. */
  get found(): Found | undefined {
    return this.#found
  }

  /** Begins with a stored session. */
  begin(found: Found): void {
    this.#found = found
    this.#over = found.stored.record.replaced
  }

  /** Goes on with an empty session that cannot be stored, because the store does not serve. */
  suspend(): void {
    this.#suspended = true
  }

  /** Goes on without the stored session, and takes its cookie back. */
  forget(): void {
    this.#found = undefined
    this.#session = undefined
    this.cookie = 'clear'
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
    this.forget()
    this.#setup.announce('session:invalid', 'the stored data cannot be read', this.#ctx.app, this.#ctx)
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
    const { lifetime, absoluteLifetime } = this.#setup.policy
    if (ms !== 'session' && !(Number.isFinite(ms) && ms >= 1)) throw notALifetime()
    this.#life =
      ms === 'session'
        ? { life: lifetime, ownLife: false }
        : { life: Math.min(Math.floor(ms), absoluteLifetime), ownLife: true }
  }

  save(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#session && this.#isChanged()) await this.#store()
    })
  }

  regenerate(): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.#session || !this.#found) return
      this.#renewal ??= 'exchange'
      await this.#store()
    })
  }

  /** Stores what the handler left behind. Fails with the codes of the store and of data that cannot be stored. */
  async finish(): Promise<void> {
    await this.#queue
    if (this.#session === null || this.#isEmptied()) return this.#end()
    if (this.#session !== undefined && this.#isChanged()) return this.#store()
    if (this.#found && !this.#over) await this.#stayAlive(this.#found)
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => undefined)
    return done
  }

  async #end(): Promise<void> {
    if (!this.#found && !this.#suspended) return
    if (!this.#over) this.cookie = 'clear'
    if (this.#suspended) throw suspended()
    await this.#engine.destroy(this.#ctx, this)
  }

  async #stayAlive(found: Found): Promise<void> {
    const alive = await keepAlive(found, this.#setup)
    if (!alive) return
    this.#found = { ...found, stored: alive.stored }
    if (alive.cookieDue) this.cookie = 'send'
  }

  #isChanged(): boolean {
    const json = this.#serialize()
    if (!this.#found) return json !== '{}'
    return this.#renewal !== undefined || this.#life !== undefined || json !== this.#found.stored.record.json
  }

  /** Ended, and begun again with nothing in it. */
  #isEmptied(): boolean {
    return this.#renewal === 'discard' && this.#serialize() === '{}'
  }

  #serialize(): string {
    return serializeData(sessionFields(this.#session ?? {}))
  }

  async #store(): Promise<void> {
    if (this.#suspended) throw suspended()
    if (this.#over) return this.#drop('replaced')
    const { hooks } = this.#setup
    if (hooks.beforeSave && this.#session) await hooks.beforeSave(this.#ctx, this.#session)
    this.#json = this.#serialize()
    warnAboutData(this.#session ?? {}, this.#json, this.#setup)
    await this.#engine.save(this.#ctx, this)
  }

  #drop(reason: keyof typeof dropReasons): void {
    this.#over = true
    this.cookie = 'keep'
    if (this.#told) return
    this.#told = true
    this.#setup.announce('session:dropped', dropReasons[reason], this.#ctx.app, this.#ctx)
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
    const outcome = await (this.#next ? this.#move(this.#next) : this.#change())
    if ('dropped' in outcome) return this.#drop(outcome.dropped)
    this.#life = undefined
    this.#found = { place, stored: outcome.stored, olderKey: false }
    if (outcome.merged) this.#session = createSession(this, parseData(outcome.stored.record.json) ?? {})
  }

  written(): void {
    answerCookie(this.#ctx, this.#setup, this)
  }

  /** Stores the session where it rests. */
  async #change(): Promise<Commit> {
    const found = this.#found
    if (!found) return { dropped: 'gone' }
    const { place, stored, olderKey } = found
    const outcome = await commit(
      place.store,
      { key: place.key, base: stored, json: this.#json, life: this.#life },
      this.#rules,
    )
    const dated = this.#setup.permanent || stored.record.ownLife || this.#life !== undefined
    if (dated || olderKey || place.inCookie) this.cookie = 'send'
    return outcome
  }

  /** Stores the session under a new id, and ends the old one when that is done. */
  async #move(next: Place): Promise<Commit> {
    const old = this.#found
    const renewal = this.#renewal
    this.#next = undefined
    this.#renewal = undefined
    const kept = renewal === 'exchange' ? old?.stored.record : undefined
    const record = this.#newRecord(kept)
    const outcome: Commit =
      old && kept
        ? await exchange({ ...old.place, base: old.stored }, next, record, this.#rules)
        : { stored: await create(next, record, this.#rules), merged: false }
    if (old && renewal === 'discard') await old.place.store.remove(old.place.key)
    this.cookie = 'send'
    return outcome
  }

  #newRecord(kept: SessionRecord | undefined): SessionRecord {
    const now = Date.now()
    const { life, ownLife } =
      this.#life ?? (kept?.ownLife ? kept : { life: this.#setup.policy.lifetime, ownLife: false })
    return { created: kept?.created ?? now, saved: now, life, ownLife, replaced: false, json: this.#json }
  }

  async remove(): Promise<void> {
    if (!this.#found) return
    const { place } = this.#found
    this.#found = undefined
    await place.store.remove(place.key)
  }
}

function notFields(): SessionError {
  return new SessionError(
    'SESSION_DATA_INVALID',
    'ctx.session was set to something that has no fields. Set an object to replace the fields, or null to end the session.',
  )
}

function notALifetime(): SessionError {
  return new SessionError(
    'SESSION_DATA_INVALID',
    "ctx.session.maxAge was set to something else than a number of milliseconds above 0, or 'session', so nobody could say when the session ends. If it came from a request, do not copy fields unseen.",
  )
}

function suspended(): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    'ctx.session was changed while the session store does not serve, so the change cannot be kept. This request goes on anonymously because onStoreDown says so; let it only read.',
  )
}
