import type { Edit } from './edit.js'
import type { Place } from './place.js'
import type { NotLooked } from './project/project.js'

/** When a value holds: the environment that a condition, a file's name or a script's name tells. */
export type When = 'production' | 'development' | 'test' | 'any'

/** What the files of one app say. No opinions: rules have those. Every fact tells where it stands. */
export interface Facts {
  readonly app: AppFact
  readonly framework: FrameworkFact
  /** Session middleware that the server mounts. Empty: the app has no session. */
  readonly sessions: readonly SessionFact[]
  /** Values that reach a place where a secret signs or encrypts cookies. */
  readonly secrets: readonly SecretFact[]
  /** Environment variables given a value by files: env files, compose, Kubernetes, PM2, systemd and so on. */
  readonly variables: readonly VariableFact[]
  /** Commands that start something: npm scripts, Procfile, Dockerfile, compose, systemd, PM2, Makefile. */
  readonly commands: readonly CommandFact[]
  /** Each statement about how many processes run. */
  readonly processes: readonly ProcessFact[]
  /** Each statement about how many threads run: UV_THREADPOOL_SIZE, worker_threads, `--threads`. */
  readonly threads: readonly ThreadFact[]
  /** Each statement about how many machines or containers run the app. */
  readonly hosts: readonly HostsFact[]
  readonly containers: readonly ContainerFact[]
  readonly proxies: readonly ProxyFact[]
  /** `app.proxy`, `new Koa({ proxy })`, `app.set('trust proxy')`. */
  readonly trust: readonly TrustFact[]
  readonly redisServers: readonly RedisServerFact[]
  readonly redisClients: readonly RedisClientFact[]
  /** How long the platform waits between asking a process to stop and killing it. */
  readonly grace: readonly GraceFact[]
  /** State that lives in one process: maps, limiters, sockets, timers, page caches. */
  readonly localState: readonly LocalStateFact[]
  readonly lifecycle: LifecycleFact
  readonly logins: readonly RouteFact[]
  readonly logouts: readonly RouteFact[]
  /** Calls at start-up that every process repeats: migrations, seeding, a second port. */
  readonly bootEffects: readonly BootEffectFact[]
  readonly python: PythonFact | undefined
  /** Directories served to browsers: koa-static, express.static, nginx root. */
  readonly served: readonly ServedFact[]
  readonly notLooked: readonly NotLooked[]
}

export interface AppFact {
  /** Relative to the audited directory, POSIX; `.` for the directory itself. */
  readonly dir: string
  readonly name: string
  readonly version: string | undefined
  readonly packageFile: string | undefined
  /** The file that starts the server, where it can be told. */
  readonly entry: string | undefined
  readonly modules: 'commonjs' | 'module' | 'mixed'
  readonly typescript: boolean
}

export interface FrameworkFact {
  /** The package: koa, express, egg, @strapi/strapi, fastify, flask. */
  readonly name: string
  /** As written in package.json. */
  readonly version: string | undefined
  /** Koa 0 and 1 use generators: read and advised, never written. */
  readonly generators: boolean
  /** Where the app object is made, and what it is called there: `app`, `server`, `this.koa`. */
  readonly instances: readonly { readonly name: string; readonly place: Place; readonly statementEnd: number }[]
}

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
  readonly options: Place | undefined
  /** The name of the app in the call's file, where the call has one. */
  readonly appName: string | undefined
  /** What puts `sharedSession()` in its place; undefined where a machine cannot, for `why`. */
  readonly port: { readonly edits: readonly Edit[] } | { readonly edits: undefined; readonly why: string }
}

export type StoreKind = 'cookie' | 'memory' | 'redis' | 'file' | 'mongo' | 'sql' | 'custom' | 'none' | 'unknown'

export interface StoreFact {
  readonly kind: StoreKind
  /** Whether all processes of one machine see the same sessions. Undefined: not decidable. */
  readonly shared: boolean | undefined
  readonly evidence: readonly Place[]
  /** default: no store was given; custom: get and set over an object of the process; fallback: memory where something is missing; wiped: a directory emptied at each start. */
  readonly how: 'default' | 'given' | 'custom' | 'fallback' | 'wiped' | 'single-process-database'
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

export type SecretKind = 'literal' | 'env' | 'env-with-default' | 'config-file' | 'random' | 'missing' | 'unknown'

/** A place that takes keys. */
export interface SinkFact {
  /** What takes it: app.keys, new Koa, Keygrip, a session option. */
  readonly name: string
  /** The whole value that is given to it. */
  readonly place: Place
  /** The statement around it, for what must stand before. */
  readonly statement: Place
  /** The indentation of the statement. */
  readonly indent: string
  /** The file ends statements with a semicolon. */
  readonly semicolon: boolean
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
  /** What the sink gets: Koa wants an array of strings. `unsplit`: `env.split()` on what may be undefined. */
  readonly shape: 'array' | 'string' | 'null' | 'undefined' | 'empty' | 'unsplit' | 'unknown'
  /** How many keys the sink gets, where it can be told. */
  readonly keys: number | undefined
  /** A missing variable stops the start. */
  readonly guarded: boolean
  /** Made in the primary and handed to all workers, or made once and kept in a file. */
  readonly once: 'primary' | 'file' | undefined
  /** Other uses of the same variable: jwt.sign, createHmac. */
  readonly alsoUsedBy: readonly { readonly what: string; readonly place: Place }[]
}

export type Source =
  | 'env-file'
  | 'dockerfile'
  | 'dockerfile-arg'
  | 'compose'
  | 'kubernetes'
  | 'helm'
  | 'pm2'
  | 'systemd'
  | 'procfile'
  | 'script'
  | 'paas'

export interface VariableFact {
  readonly name: string
  /** The value as written; undefined when it comes from elsewhere (a secret reference, an expansion). Never printed where it is a secret. */
  readonly value: string | undefined
  readonly source: Source
  /** The service, deployment or PM2 app that gets it; undefined: all. */
  readonly service: string | undefined
  /** The value, for an edit; the whole entry where there is none. */
  readonly place: Place
  readonly when: When
  /** A file that only shows how: .env.example, *.sample, *.template. */
  readonly example: boolean
  /** The value only stands in for an unset variable: `${SECRET_KEY:-dev}`, a chart's default. */
  readonly fallback: boolean
  /** Taken from a secret store: secretKeyRef, generateValue, `generator: "secret"`, SOPS. */
  readonly fromSecret: boolean
  /** git tracks the file; undefined: no checkout. */
  readonly tracked: boolean | undefined
}

export type Runner =
  | 'node'
  | 'pm2'
  | 'egg'
  | 'nodemon'
  | 'ts-node'
  | 'forever'
  | 'npm'
  | 'gunicorn'
  | 'waitress'
  | 'koa-shared-session'
  | 'strapi'
  | 'next'
  | 'flask'
  | 'other'

export interface CommandFact {
  /** npm: a script of package.json. */
  readonly source:
    | 'npm'
    | 'procfile'
    | 'dockerfile'
    | 'compose'
    | 'kubernetes'
    | 'systemd'
    | 'pm2'
    | 'makefile'
    | 'shell'
    | 'paas'
  /** The script's, process type's, service's or unit's name. */
  readonly name: string
  /** As written. */
  readonly text: string
  /** The command itself, for an edit. */
  readonly place: Place
  /** Where it runs, relative to the audited directory, POSIX. */
  readonly dir: string
  readonly runner: Runner
  /** What it runs, relative to the audited directory, POSIX, where it can be told. */
  readonly script: string | undefined
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly when: When
  /** Docker only: `CMD npm start` runs under a shell that keeps signals to itself. */
  readonly form: 'exec' | 'shell' | undefined
  /** For a deployment file that starts an npm script: which. */
  readonly npmScript: string | undefined
  /** Node itself watches or reloads: nodemon, --watch, ts-node-dev. */
  readonly watches: boolean
}

export type ProcessKind = 'single' | 'cluster' | 'pm2' | 'replicas' | 'k8s' | 'procfile' | 'systemd' | 'unknown'

export interface ProcessFact {
  readonly kind: ProcessKind
  /** Processes on one machine or in one container; `cpus`: one per core; null: not decidable. */
  readonly count: number | 'cpus' | null
  /** Read from this variable, with `count` as the default. */
  readonly variable: string | undefined
  readonly place: Place
  readonly when: When
  /** What runs so often, where it can be told: the PM2 app's script, the file that forks. */
  readonly script: string | undefined
  /** How it is said: `pm2 -i 4`, `cluster.fork()`, `replicas: 3`. */
  readonly said: string
}

export interface ThreadFact {
  readonly count: number | 'cpus' | null
  readonly place: Place
  readonly said: string
  /** Set by code, which is too late once the pool has started. */
  readonly inCode: boolean
}

export interface HostsFact {
  readonly min: number
  readonly max: number
  /** `serverless`: as many as the platform likes. */
  readonly kind: 'replicas' | 'k8s' | 'paas' | 'serverless'
  readonly place: Place
  readonly said: string
  /** The disk is gone with the container. */
  readonly ephemeralDisk: boolean
}

/** One container or service that runs the app. */
export interface ContainerFact {
  readonly kind: 'dockerfile' | 'compose' | 'kubernetes' | 'systemd'
  readonly name: string
  readonly place: Place
  /** Mount points inside the container and whether what is there outlives it; `many` machines may write there. */
  readonly mounts: readonly {
    readonly path: string
    readonly lasting: boolean
    readonly many: boolean
    readonly place: Place
  }[]
  /** Ports published on the host, as written. */
  readonly ports: readonly {
    readonly text: string
    readonly host: string | undefined
    readonly target: number | undefined
    readonly place: Place
  }[]
  readonly init: boolean
  readonly cpuLimit: number | undefined
  readonly memoryLimitMb: number | undefined
  readonly readinessProbe: boolean | undefined
  /** systemd PrivateTmp. */
  readonly privateTmp: boolean
  readonly user: string | undefined
}

export interface ProxyFact {
  readonly kind:
    | 'nginx'
    | 'caddy'
    | 'haproxy'
    | 'traefik'
    | 'apache'
    | 'ingress'
    | 'heroku'
    | 'fly'
    | 'render'
    | 'railway'
    | 'cloud-run'
    | 'app-engine'
    | 'alb'
  readonly place: Place
  /** Ends TLS, so that the app sees plain http. Undefined: not decidable. */
  readonly tls: boolean | undefined
  /** Tells the app the scheme by X-Forwarded-Proto. */
  readonly forwardsProto: boolean | undefined
  /** Routes a client to one process: ip_hash, affinity cookie. */
  readonly sticky: { readonly how: string; readonly place: Place } | undefined
  /** Caches pages; `sessionAware`: the cache's key or bypass looks at the cookie. */
  readonly cache: { readonly place: Place; readonly sessionAware: boolean } | undefined
  /** Keeps connections to the app open for so many seconds. */
  readonly keepAliveSeconds: number | undefined
  /** Sends http to https, or sets HSTS. */
  readonly httpsOnly: boolean | undefined
  /** Where a `proxy_set_header X-Forwarded-Proto` would go. */
  readonly insertAt: Place | undefined
}

export interface TrustFact {
  readonly value: boolean | 'unknown'
  readonly place: Place
  /** `maxIpsCount` is set. */
  readonly limited: boolean
}

export interface RedisServerFact {
  readonly name: string
  readonly place: Place
  readonly published: { readonly text: string; readonly allInterfaces: boolean; readonly place: Place } | undefined
  readonly password: boolean | undefined
  /** maxmemory-policy. */
  readonly policy: { readonly value: string; readonly place: Place } | undefined
  readonly persistent: boolean | undefined
}

export interface RedisClientFact {
  readonly library: 'redis' | 'ioredis' | 'koa-redis' | 'other'
  readonly major: number | undefined
  readonly place: Place
  readonly name: string | undefined
  /** The address as read; credentials included, so never printed. */
  readonly url: string | undefined
  readonly usedBySession: boolean
  readonly connects: boolean | undefined
  readonly errorListener: boolean | undefined
  readonly inHandler: boolean
  readonly quits: boolean | undefined
  /** FLUSHALL, FLUSHDB, KEYS *. */
  readonly flushes: Place | undefined
  readonly statementEnd: number
}

export interface GraceFact {
  readonly platform: 'docker' | 'compose' | 'pm2' | 'kubernetes' | 'systemd' | 'heroku' | 'cloud-run' | 'ecs' | 'fly'
  readonly seconds: number
  /** Nobody wrote it: the platform's default. */
  readonly byDefault: boolean
  /** The platform does not let it be changed. */
  readonly fixed: boolean
  readonly preStop: boolean | undefined
  readonly place: Place
  /** Where and what to insert for a longer one, where a machine can: the text includes indentation and line end. */
  readonly insert: { readonly at: Place; readonly text: string } | undefined
}

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
  readonly library: string | undefined
  /** Another place that proves it: the handler that writes. */
  readonly uses: readonly Place[]
}

export interface LifecycleFact {
  readonly sigterm: Place | undefined
  /** The handler ends connections that keep alive, too. */
  readonly drains: boolean | undefined
  readonly closesServer: boolean | undefined
  /** uncaughtException handled without an exit. */
  readonly survivesUncaught: Place | undefined
  readonly listen:
    | { readonly place: Place; readonly statementEnd: number; readonly serverName: string | undefined }
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
  readonly library: string | undefined
  /** The statement that writes or clears the session. */
  readonly statement: Place
  /** `ctx` in `ctx.session`. */
  readonly session: string
  readonly regenerates: boolean
  readonly async: boolean
}

export interface BootEffectFact {
  readonly what: string
  readonly place: Place
}

export interface ServedFact {
  readonly path: string | undefined
  readonly place: Place
}

export interface PythonFact {
  readonly file: string
  readonly server: 'gunicorn' | 'waitress' | 'flask' | 'uwsgi' | undefined
  readonly workers: number | 'cpus' | null
  readonly threads: number | null
  readonly bind: string | undefined
  readonly settings: readonly PythonSetting[]
  readonly hooks: readonly { readonly name: string; readonly place: Place }[]
  readonly places: readonly Place[]
}

/** A setting of Flask, Flask-Session or Gunicorn: SECRET_KEY, SESSION_TYPE, workers. */
export interface PythonSetting {
  readonly name: string
  /** As text, where it can be read. Never printed where it is a secret. */
  readonly value: string | undefined
  readonly variable: string | undefined
  readonly fallback: string | undefined
  readonly place: Place
}
