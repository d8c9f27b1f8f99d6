import type { KeyRing, Verdict } from '../core/key-ring.js'
import { signatureLength } from '../core/key-ring.js'
import { isSessionId, newSessionId, storageKey } from '../core/session-id.js'
import type { Entry, Store } from '../core/store.js'

/** Where one session rests, and the cookie value that leads there. */
export interface Place {
  readonly store: Store
  readonly key: string
  /** The value of the cookie, signed by the newest key. */
  cookieValue(): string
  /** Every write changes the cookie, so every write sends it. */
  readonly inCookie: boolean
}

/** A cookie that our keys signed. */
export interface Opened {
  readonly place: Place
  readonly verdict: Exclude<Verdict, 'foreign'>
}

/** How a cookie and a session belong together. */
export interface Carrier {
  /** The place a cookie value leads to, or undefined when we never signed it. */
  open(value: string): Opened | undefined
  /** A place for a new session. */
  create(): Place
}

/** The cookie holds a signed id; the session rests in the store, under a hash of the id. */
export function idCarrier(name: string, ring: KeyRing, store: Store): Carrier {
  const placeOf = (id: string): Place => ({
    store,
    key: storageKey(id),
    cookieValue: () => `${id}.${ring.sign(name, id)}`,
    inCookie: false,
  })
  return {
    open(value) {
      const signed = split(value)
      if (!signed || !isSessionId(signed.text)) return undefined
      const verdict = ring.verify(name, signed.text, signed.signature)
      return verdict === 'foreign' ? undefined : { place: placeOf(signed.text), verdict }
    },
    create: () => placeOf(newSessionId()),
  }
}

/** The storage key that a cookie value would lead to, whoever signed it. */
export function claimedKey(value: string): string | undefined {
  const signed = split(value)
  return signed && isSessionId(signed.text) ? storageKey(signed.text) : undefined
}

/** The cookie holds the session itself, signed: for tests, and for small data that need not be revoked. */
export function dataCarrier(name: string, ring: KeyRing): Carrier {
  const placeOf = (entry: Entry | undefined): Place => {
    const slot = slotStore(entry)
    return {
      store: slot.store,
      key: newSessionId(),
      cookieValue() {
        const text = Buffer.from(JSON.stringify(slot.entry())).toString('base64url')
        return `${text}.${ring.sign(name, text)}`
      },
      inCookie: true,
    }
  }
  return {
    open(value) {
      const signed = split(value)
      const verdict = signed ? ring.verify(name, signed.text, signed.signature) : 'foreign'
      if (!signed || verdict === 'foreign') return undefined
      return { place: placeOf(readEntry(signed.text)), verdict }
    },
    create: () => placeOf(undefined),
  }
}

function split(value: string): { text: string; signature: string } | undefined {
  const dot = value.length - signatureLength - 1
  if (dot < 1 || value[dot] !== '.') return undefined
  return { text: value.slice(0, dot), signature: value.slice(dot + 1) }
}

function readEntry(text: string): Entry | undefined {
  try {
    const entry = JSON.parse(Buffer.from(text, 'base64url').toString())
    return typeof entry?.data === 'string' && typeof entry.expires === 'number' ? { ...entry, version: '0' } : undefined
  } catch {
    return undefined
  }
}

/** A store for the one session of one request: nobody else can reach it, so versions cannot differ. */
function slotStore(initial: Entry | undefined): { store: Store; entry: () => Entry | undefined } {
  let entry = initial
  const store: Store = {
    read: async () => (entry && entry.expires > Date.now() ? entry : undefined),
    write: async (_key, next) => {
      entry = { ...next, version: '0' }
      return { written: '0' }
    },
    touch: async (_key, expires) => {
      if (entry) entry = { ...entry, expires }
      return entry !== undefined
    },
    remove: async () => {
      entry = undefined
    },
    check: async () => undefined,
    close: async () => undefined,
  }
  return { store, entry: () => entry }
}
