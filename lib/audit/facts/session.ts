import type { Edit } from '../edit.js'
import type { Place } from '../place.js'
import type { When } from './when.js'

export interface SessionFact {
  /** The package: koa-session, koa-generic-session, express-session, egg-session. */
  readonly library: string
  readonly version: string | undefined
  /** The call, or the framework's setting. */
  readonly place: Place
  readonly store: StoreFact
  readonly cookie: CookieFact
  /** Whether this library signs its cookie by default and here. Undefined: not decidable. */
  readonly signed: boolean | undefined
  /** The object literal of the options, where there is one to edit. */
  readonly options: OptionsFact | undefined
  /** The name of the app in the call's file, where the call has one. */
  readonly appName: string | undefined
  /** What puts `sharedSession()` in its place; undefined where a machine cannot, for `why`: then people write the `call`. */
  readonly port:
    | {
        readonly edits: readonly Edit[]
        /** It is written with keys of the app, not with SECRET_KEY. */
        readonly ownKeys: boolean
      }
    | { readonly edits: undefined; readonly why: string; readonly call?: string }
}

export interface OptionsFact {
  readonly place: Place
  /** Where one more goes, and what must stand around it. */
  readonly next: { readonly place: Place; readonly before: string; readonly after: string }
}

export type StoreKind = 'cookie' | 'memory' | 'redis' | 'file' | 'mongo' | 'sql' | 'custom' | 'none' | 'unknown'

export interface StoreFact {
  readonly kind: StoreKind
  /** Whether all processes of one machine see the same sessions. Undefined: not decidable. */
  readonly shared: boolean | undefined
  readonly evidence: readonly Place[]
  /** default: no store was given; custom: get and set over an object of the process; fallback: memory where something is missing; wiped: a directory emptied at each start. */
  readonly how: 'default' | 'given' | 'custom' | 'fallback' | 'wiped' | 'single-process-database'
  /** For a fallback: the environment variable without which memory stands in. Undefined: not decidable. */
  readonly needs?: string | undefined
  /** The package or class: MemoryStore, koa-redis, session-file-store, lowdb. */
  readonly via: string | undefined
  /** For a store of files: its directory as written, or undefined when not decidable. */
  readonly directory:
    | { readonly path: string | undefined; readonly place: Place; readonly pruned: boolean | undefined }
    | undefined
  /** False: records are written without a time to live. Undefined: not decidable or none of ours to judge. */
  readonly expires: boolean | undefined
  readonly expiresAt: Place | undefined
}

/** One cookie option as literally set. */
export interface FlagFact {
  readonly value: string | number | boolean | null | { readonly expression: string }
  /** The property, name and value. */
  readonly place: Place
  readonly when: When
}

/** Options of the session cookie as literally set; one that is not set is absent. `key` is the cookie's name. */
export type CookieFact = Partial<
  Record<
    | 'httpOnly'
    | 'secure'
    | 'sameSite'
    | 'signed'
    | 'maxAge'
    | 'overwrite'
    | 'rolling'
    | 'renew'
    | 'key'
    | 'domain'
    | 'path'
    | 'genid'
    | 'expires',
    FlagFact
  >
>
