import type { Place } from '../place.js'

export type LocalStateKind =
  | 'request-state'
  | 'rate-limit'
  | 'socket'
  | 'broadcast'
  | 'timer'
  | 'sign-on'
  | 'page-cache'

export interface LocalStateFact {
  readonly kind: LocalStateKind
  /** What it is, for people: `captcha, an object of this module`. */
  readonly what: string
  readonly place: Place
  readonly confidence: 'high' | 'medium' | 'low'
  /** Holds who somebody is or what protects a login: user, captcha, csrf, token. */
  readonly identity: boolean
  /** Users or what they need to be logged in: a login is lost without it. */
  readonly carriesLogin: boolean
  /** What somebody must have to log in at all: a one-time code, a captcha. Sessions that are there live on. */
  readonly admits?: boolean
  readonly library: string | undefined
  /** Another place that proves it: the handler that writes. */
  readonly uses: readonly Place[]
}
