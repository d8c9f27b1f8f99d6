import type { Edit } from '../edit.js'
import type { Place } from '../place.js'
import type { When } from './when.js'

export type SecretKind = 'literal' | 'env' | 'env-with-default' | 'config-file' | 'random' | 'missing' | 'unknown'

/** A place that takes keys. */
export interface SinkFact {
  /** What takes it: app.keys, new Koa, Keygrip, a session option. */
  readonly name: string
  /** The whole value that is given to it. */
  readonly place: Place
  /** The name of the property, where `{ keys }` stands for it and its value. */
  readonly property: string | undefined
  /** The statement around it, for what must stand before. */
  readonly statement: Place
  /** The indentation of the statement. */
  readonly indent: string
  /** The file ends statements with a semicolon. */
  readonly semicolon: boolean
  /** Takes out what only this value uses. */
  readonly leftovers: readonly Edit[]
}

export interface SecretFact {
  readonly kind: SecretKind
  readonly when: When
  /** Where the value is written: the literal, the variable's use, the config file's line; `missing`: the call that needs it. */
  readonly place: Place
  readonly sink: SinkFact
  /** The value, where it can be read. Never printed. */
  readonly value: string | undefined
  /** The environment variable, for `env` and `env-with-default`. */
  readonly variable: string | undefined
  /** What stands in for an unset variable. */
  readonly fallback:
    | { readonly kind: 'literal' | 'random' | 'unknown'; readonly value: string | undefined; readonly place: Place }
    | undefined
  /** For `random`: randomBytes, Math.random, uuid. */
  readonly via: string | undefined
  /** What the sink gets: Koa wants an array of strings. `nested`: a list in a list; `unsplit`: `env.split()` on what may be undefined. */
  readonly shape: 'array' | 'nested' | 'string' | 'null' | 'undefined' | 'empty' | 'unsplit' | 'unknown'
  /** How many keys the sink gets, where it can be told. */
  readonly keys: number | undefined
  /** An unset variable is left out of the list: `.filter(Boolean)`, `...(process.env.OLD ? [process.env.OLD] : [])`. */
  readonly leftOut?: boolean
  /** A missing variable stops the start. */
  readonly guarded: boolean
  /** Made in the primary and handed to all workers, or made once and kept in a file. */
  readonly once: 'primary' | 'file' | undefined
  /** Other uses of the same variable: jwt.sign, createHmac. */
  readonly alsoUsedBy: readonly { readonly what: string; readonly place: Place }[]
}
