import type Application from 'koa'
import type { Context } from 'koa'
import type { CookiePlan } from '../core/cookie.js'
import type { KeyRing } from '../core/key-ring.js'
import type { LifePolicy } from '../core/lifetime.js'
import type { Resolve } from '../core/merge.js'
import type { Turns } from '../core/turns.js'
import type { Announce, LogOnce } from './announce.js'
import type { Carrier } from './carrier.js'
import type { FleetWatch } from './fleet-watch.js'
import type { Session } from './session.js'

/** The functions of the options, with the types Koa gives them. */
export interface Hooks {
  /** Asked before a loaded session is used; false ends it. */
  valid?: ((ctx: Context, session: Session) => boolean | Promise<boolean>) | undefined
  /** Called before a changed session is stored; may change it. */
  beforeSave?: ((ctx: Context, session: Session) => void | Promise<void>) | undefined
  /** True: no session work at all for this request. */
  skip?: ((ctx: Context) => boolean | Promise<boolean>) | undefined
  /** Who wins when two parallel requests changed one field. */
  resolve?: Resolve | undefined
  /** What a request with a session cookie gets while the store is down. */
  onStoreDown?: 'fail' | 'anonymous' | ((ctx: Context) => DownPolicy | Promise<DownPolicy>) | undefined
}

export type DownPolicy = 'fail' | 'anonymous'

/** Everything that is decided once, at boot, and the same for every request. */
export interface Setup {
  readonly cookie: CookiePlan
  readonly ring: KeyRing
  readonly carrier: Carrier
  readonly policy: LifePolicy
  readonly permanent: boolean
  readonly hooks: Hooks
  readonly production: boolean
  readonly announce: Announce
  /** The apps that use the middleware; each joins with its first request. */
  readonly apps: Set<Application>
  readonly log: LogOnce
  /** Looks out for processes that do not fit together; undefined where there is only this one. */
  readonly fleet: FleetWatch | undefined
  /** The order in which requests of this process write one session. */
  readonly turns: Turns
}
