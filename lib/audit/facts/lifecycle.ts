import type { Edit } from '../edit.js'
import type { Place } from '../place.js'

export interface LifecycleFact {
  readonly sigterm: Place | undefined
  /** SIGINT, too, by which PM2 asks. */
  readonly sigint?: boolean
  /** The handler ends connections that keep alive, too. */
  readonly drains: boolean | undefined
  readonly closesServer: boolean | undefined
  /** uncaughtException handled without an exit. */
  readonly survivesUncaught: Place | undefined
  readonly listen:
    | {
        readonly place: Place
        readonly statementEnd: number
        readonly serverName: string | undefined
        /** As written, also where it only stands in for an unset variable. */
        readonly port?: number | undefined
      }
    | undefined
  readonly keepAliveTimeout: Place | undefined
  /** Workers made by code: cluster.fork() and what looks after them. */
  readonly forks: readonly {
    readonly place: Place
    readonly respawns: boolean
    readonly delayed: boolean
    readonly deprecated: boolean
  }[]
  readonly pools: readonly { readonly place: Place; readonly size: number; readonly library: string }[]
  readonly ownHttps: boolean
}

export interface RouteFact {
  readonly place: Place
  /** As the router is given it; undefined: not decidable. */
  readonly path?: string | undefined
  /** It answers GET. */
  readonly get?: boolean
  readonly library: string | undefined
  /** The statement that writes or clears the session. */
  readonly statement: Place
  /** `ctx` in `ctx.session`. */
  readonly session: string
  /** `ctx.session`, or `ctx.session!` of TypeScript, as it is written there. */
  readonly written: string
  readonly regenerates: boolean
  readonly async: boolean
  /** Makes the handler async, where that changes nothing else. */
  readonly makesAsync: Edit | undefined
}

export interface BootEffectFact {
  readonly what: string
  readonly place: Place
}

export interface ServedFact {
  readonly path: string | undefined
  readonly place: Place
}
