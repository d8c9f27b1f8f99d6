/**
 * What the running set-up of one app answered. No opinions: the rules have those. Null: not looked at, for the reason
 * that the report gives. Nothing in here is secret: addresses come without user and password, cookies without values.
 */
export interface LiveFacts {
  readonly configuration: LiveConfiguration
  readonly redis: LiveRedis | null
  readonly directory: LiveDirectory | null
  readonly fleet: LiveFleet | null
  readonly visit: LiveVisit | null
}

/** What `sharedSession()` would decide from this environment. */
export interface LiveConfiguration {
  /** Of the Node that runs doctor. */
  readonly node: string
  readonly nodeEnv: string | null
  /** The app mounts `sharedSession()`, so that the variables below are its own. */
  readonly ours: boolean
  readonly backend: 'redis' | 'file' | 'cookie' | null
  /** Why this one, in words. */
  readonly because: string | null
  readonly cookieName: string | null
  /** The settings that the environment gives, and by which variables. */
  readonly settings: readonly { readonly name: string; readonly source: string }[]
  readonly keys: readonly LiveKey[]
  /** The variables that the option `keys` in the code takes them from; empty: not decidable; null: SECRET_KEY, since it has none. */
  readonly keyVariables: readonly string[] | null
  /** Why the app would not start. */
  readonly refused: { readonly code: string; readonly message: string } | null
}

/** A secret key of the environment. */
export interface LiveKey {
  readonly variable: string
  readonly bytes: number
  /** The end of the sentence "The key …"; null for a strong one. */
  readonly weakness: string | null
}

export interface LiveRedis {
  /** Without user, password and query. */
  readonly address: string
  readonly tls: boolean
  /** The address is one of this machine. */
  readonly local: boolean
  /** The address has a password. */
  readonly password: boolean
  readonly state: 'serves' | 'away' | 'silent' | 'refuses-login' | 'refuses-sessions'
  /** What it said, or what the connection failed with. */
  readonly said: string | null
  readonly user: string | null
  readonly server: 'redis' | 'valkey' | null
  readonly version: string | null
  /** Median of some PINGs, in ms. */
  readonly latency: number | null
  readonly evictionPolicy: string | null
  /** In bytes; 0: no limit. */
  readonly memoryLimit: number | null
  readonly persistence: { readonly snapshots: boolean; readonly log: boolean } | null
  /** Its clock minus the one here, in ms. */
  readonly clockDifference: number | null
}

export interface LiveDirectory {
  readonly path: string
  /** `absent`: the app makes it when it starts. */
  readonly state: 'private' | 'absent' | 'unsafe' | 'unwritable'
  /** What is wrong with it, in words. */
  readonly said: string | null
  readonly fileSystem: { readonly name: string; readonly kind: 'local' | 'network' | 'temporary' } | null
  /** The part of the file system that this user can still fill, from 0 to 1. */
  readonly free: number | null
  readonly sessions: number | null
  readonly expired: number | null
  /** False: there are more, and the time for counting was over. */
  readonly countedAll: boolean
  /** From how many files on the app cleans up by itself. */
  readonly threshold: number
}

/** The processes that were entered in the store lately. */
export interface LiveFleet {
  /** Groups of processes that have the same keys and store. */
  readonly groups: number
  readonly differences: readonly ('keys' | 'place' | 'rotation')[]
  /** Whether they have the keys of this environment; null where there is none to compare. */
  readonly sameKeys: boolean | null
}

/** What the running app sends: one login, then many requests on new connections with its cookies unchanged. */
export interface LiveVisit {
  readonly url: string
  readonly page: string
  /** How the login went; null where cookies were handed over. */
  readonly login: { readonly request: string; readonly status: number | null; readonly said: string | null } | null
  readonly cookies: readonly LiveCookie[]
  /** Set-Cookie came with Cache-Control: no-store (or private); null where no cookie was set. */
  readonly uncached: boolean | null
  readonly asked: number
  readonly answered: number
  /** Null where logged in and logged out cannot be told apart. */
  readonly loggedIn: number | null
  /** How that was told: by the text of `--expect`, or by what is different for strangers. */
  readonly toldBy: 'text' | 'difference' | null
  /** How many workers answered, and how they were told apart. */
  readonly workers: { readonly count: number; readonly by: string } | null
  /** Median time of an answer, in ms. */
  readonly latency: number | null
}

/** A cookie as it was set, without its value. */
export interface LiveCookie {
  readonly name: string
  /** It holds the session, or signs it. */
  readonly session: boolean
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite: string | null
  readonly path: string | null
  readonly domain: string | null
}
