import type { AppFact, FrameworkFact } from './facts/app.js'
import type {
  CommandFact,
  ContainerFact,
  GraceFact,
  HostsFact,
  ProcessFact,
  ThreadFact,
  VariableFact,
} from './facts/deployment.js'
import type { BootEffectFact, LifecycleFact, RouteFact, ServedFact } from './facts/lifecycle.js'
import type { LocalStateFact } from './facts/local-state.js'
import type { ProxyFact, TrustFact } from './facts/proxy.js'
import type { PythonFact } from './facts/python.js'
import type { RedisClientFact, RedisServerFact } from './facts/redis.js'
import type { SecretFact } from './facts/secret.js'
import type { SessionFact } from './facts/session.js'
import type { SettingsFact } from './facts/settings.js'
import type { NotLooked } from './project/project.js'

/** What the files of one app say. No opinions: rules have those. Every fact tells where it stands. */
export interface Facts {
  readonly app: AppFact
  readonly framework: FrameworkFact
  /** Session middleware that the server mounts. Empty: the app has no session. */
  readonly sessions: readonly SessionFact[]
  /** Values that reach a place where a secret signs or encrypts cookies. */
  readonly secrets: readonly SecretFact[]
  /** Texts of the source that are secrets or parts of one: of keys, passwords, tokens. Never printed. */
  readonly secretTexts: readonly string[]
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
  /** How what starts the app gives it variables. */
  readonly settings: readonly SettingsFact[]
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
  /** Files of the server that may mount a session and could not be read, or are not here. */
  readonly unread: readonly string[]
  readonly notLooked: readonly NotLooked[]
}
