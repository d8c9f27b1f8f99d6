import { inspect } from 'node:util'
import type {} from 'koa'
import {
  isJsonObject,
  type JsonObject,
  refuseReservedNames,
  reservedName,
  reservedNames,
  serializeData,
} from '../core/data.js'

/** The fields of a session. Augment it: `declare module 'koa-shared-session' { interface SessionData { user?: string } }`. */
// biome-ignore lint/suspicious/noEmptyInterface: users add their fields by declaration merging
export interface SessionData {}

/** Changes the fields it is given; may be async. */
export type UpdateFields = (fields: Partial<SessionData>) => unknown

type Done = (error?: unknown) => void

/** What a session asks of the request it belongs to. */
export interface SessionHost {
  readonly isNew: boolean
  /** ms */
  maxAge: number | 'session'
  save(): Promise<void>
  regenerate(): Promise<void>
  update(change: UpdateFields): Promise<void>
}

/** What `ctx.session` offers besides the app's own fields. */
export interface SessionMembers {
  /** Nothing is stored under this session's id yet. */
  readonly isNew: boolean
  /** Some field is set. */
  readonly populated: boolean
  /** How many fields are set. */
  readonly length: number
  /**
   * How long this session lives after its last save, in ms. Setting it makes the cookie survive the browser for that
   * long; `'session'` goes back to the configured lifetime and a cookie that ends with the browser. The absolute
   * lifetime holds either way.
   */
  get maxAge(): number
  set maxAge(ms: number | 'session')
  /**
   * Stores the session now. Resolved means stored; or dropped, with a `session:dropped` event, because the session ended
   * or got a new id meanwhile. Fails with the codes of the store, SESSION_DATA_INVALID, or SESSION_UNAVAILABLE inside
   * the function of update().
   */
  save(): Promise<void>
  save(done: Done): void
  /**
   * Moves the session to a new id and stores it; the old id ends when the new one is stored, and stays valid when that
   * fails. Call it at login, before the user is set, and at every change of rights (OWASP ASVS 7.2.4): what was stored
   * before it is what requests with the old id still see for 10 s.
   */
  regenerate(): Promise<void>
  regenerate(done: Done): void
  /**
   * Computes from the latest stored data, not from what this request read: a counter, a list that grows. The function
   * gets the fields, changes them, and is called again when another request was faster; so it should do nothing else.
   * When it throws, nothing is changed. Resolves and fails as save() does. Lists are wholes: one that was held is replaced.
   */
  update(change: UpdateFields): Promise<void>
  /** The fields as a plain object. */
  toJSON(): Partial<SessionData>
}

/** `ctx.session`: the app's fields and the members that every session has. */
export type Session = SessionMembers & Partial<SessionData>

declare module 'koa' {
  interface BaseContext {
    /** The session of this request. Set null to end it; set an object to replace its fields. */
    get session(): Session
    set session(fields: Partial<SessionData> | null)
  }
}

const settle = (work: Promise<void>, done: Done | undefined) => (done ? void work.then(() => done(), done) : work)

const allowed = (data: object) =>
  Object.fromEntries(Object.entries(data).filter(([name]) => name !== '__proto__' && !reservedNames.has(name)))

/** The object behind `ctx.session`: the fields are its own properties, the members stand on its prototype. */
class SessionObject {
  readonly #host: SessionHost

  constructor(host: SessionHost, data: object) {
    this.#host = host
    const names = Object.keys(data)
    const own = names.some((name) => name === '__proto__' || reservedNames.has(name)) ? allowed(data) : data
    Object.assign(this, own)
  }

  get isNew() {
    return this.#host.isNew
  }
  get populated() {
    return Object.keys(this).length > 0
  }
  get length() {
    return Object.keys(this).length
  }
  get maxAge(): number | 'session' {
    return this.#host.maxAge
  }
  set maxAge(ms: number | 'session') {
    this.#host.maxAge = ms
  }
  /** Of koa-session: hidden here, since nothing but the cookie may hold an id. */
  get externalKey() {
    return undefined
  }
  save(done?: Done) {
    return settle(this.#host.save(), done)
  }
  regenerate(done?: Done) {
    return settle(this.#host.regenerate(), done)
  }
  update(change: UpdateFields) {
    return this.#host.update(change)
  }
  toJSON() {
    return { ...this }
  }
  [inspect.custom]() {
    return this.toJSON()
  }
}

// Every member becomes an accessor, so that assigning to it fails loudly also in sloppy mode and never shadows a method.
for (const name of reservedNames) {
  const member = Object.getOwnPropertyDescriptor(SessionObject.prototype, name)
  Object.defineProperty(SessionObject.prototype, name, {
    get: member?.get ?? (() => member?.value),
    set:
      member?.set ??
      (() => {
        throw reservedName(name)
      }),
  })
}
// Swallowed: an assignment would replace the methods of this one session.
Object.defineProperty(SessionObject.prototype, '__proto__', { get: () => SessionObject.prototype, set() {} })

/** A session object with the given fields; reserved names and `__proto__` are left out. */
export function createSession(host: SessionHost, data: object): Session {
  return new SessionObject(host, data) as unknown as Session
}

/**
 * Makes the fields of a session these. The object stays the same one, and so do objects in it whose fields are not all
 * new, since the app may hold them.
 */
export function setFields(session: object, fields: JsonObject): void {
  for (const name of Object.keys(session)) if (!Object.hasOwn(fields, name)) Reflect.deleteProperty(session, name)
  for (const [name, value] of Object.entries(fields)) {
    const own = Reflect.get(session, name)
    if (JSON.stringify(own) === JSON.stringify(value)) continue
    if (isJsonObject(own) && isJsonObject(value)) setFields(own, value)
    else if (!(session instanceof SessionObject && reservedNames.has(name))) Reflect.set(session, name, value)
  }
}

/** The fields to store. @throws SessionError SESSION_NAME_RESERVED */
export function sessionFields(session: object): object {
  const fields = { ...session }
  refuseReservedNames(fields)
  return fields
}

/** The fields as the JSON to store. @throws SessionError SESSION_NAME_RESERVED, SESSION_DATA_INVALID */
export function jsonOf(session: object): string {
  return serializeData(sessionFields(session))
}
