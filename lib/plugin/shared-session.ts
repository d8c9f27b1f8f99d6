import { basename } from 'node:path'
import type Application from 'koa'
import type { Context, Next } from 'koa'
import { type Backend, chooseBackend } from '../core/backend.js'
import { planCookie } from '../core/cookie.js'
import type { LifePolicy } from '../core/lifetime.js'
import { type Options, resolveOptions, type Settings } from '../core/options.js'
import type { Store } from '../core/store.js'
import { detectTestRunner, type ProcessTraits } from '../core/test-runner.js'
import { Turns } from '../core/turns.js'
import type { RedisConnection } from '../stores/redis.js'
import { announce, createLog } from './announce.js'
import { bootKeyRing } from './boot-keys.js'
import { dataCarrier, idCarrier } from './carrier.js'
import { defaultDirectory } from './default-directory.js'
import { watchFleet } from './fleet-watch.js'
import { guardStore } from './guard.js'
import { createHealth, type HealthMiddleware } from './health.js'
import { createMiddleware } from './middleware.js'
import { openStore } from './open-store.js'
import { inOwnContext } from './own-context.js'
import { warnAboutSettings } from './setting-warnings.js'
import type { Hooks, Setup } from './setup.js'
import { watchStore } from './store-watch.js'

/** The options of `sharedSession()`; docs/options.md lists them with their environment variables and defaults. */
export type SharedSessionOptions = Omit<Options, keyof Hooks | 'redis'> &
  Hooks & { redis?: RedisConnection | undefined }

/** The middleware, and what one can ask of it. */
export interface SharedSession {
  (ctx: Context, next: Next): Promise<void>
  /** Where sessions rest. */
  readonly backend: Backend
  /** The store; undefined where the cookie itself holds the session. */
  readonly store: Store | undefined
  /**
   * Resolves while sessions can be served; rejects with SESSION_STORE_DOWN and the reason when not, and with
   * SESSION_FLEET_DIFFERS when a process that was there before serves the same visitors with other keys or another store.
   */
  check(): Promise<void>
  /** A middleware for a readiness route: 200 or 503, and JSON. With a path it answers there alone. */
  health(path?: string): HealthMiddleware
  /** Closes the store, so that the process can end. A client that was handed over stays open. */
  close(): Promise<void>
}

/**
 * Sessions that are right in every process: `app.use(sharedSession())`.
 *
 * Configured from the environment; options win. Unsafe or impossible settings stop the boot.
 *
 * @throws SessionError SESSION_OPTION_UNKNOWN, SESSION_OPTION_INVALID, SESSION_KEY_MISSING, SESSION_KEY_WEAK,
 *   SESSION_COOKIE_INVALID, SESSION_DIRECTORY_UNSAFE
 */
export function sharedSession(options: SharedSessionOptions = {}): SharedSession {
  const { settings, sources } = resolveOptions(options, process.env)
  const production = process.env.NODE_ENV === 'production'
  const log = createLog(settings.logger ?? console)
  const cookie = planCookie(settings, production)
  const choice = chooseBackend(settings, sources, { production, testRunner: detectTestRunner(processTraits()) })
  const home = defaultDirectory()
  const directory = settings.directory ?? home
  const ring = bootKeyRing(settings.keys, {
    source: sources.keys,
    production,
    directory,
    log,
    quiet: choice.backend === 'cookie',
  })
  const { store, where } = openStore(choice.backend, settings, sources, directory)
  // `serve` has said it for all its workers.
  if (where !== process.env.KOA_SESSION_ANNOUNCED) log.info(`sessions ${where}: ${choice.because}.`)
  warnAboutSettings(settings, sources, { backend: choice.backend, production, log })

  const apps = new Set<Application>()
  const guarded = store && guardStore(store, settings.storeTimeout, watchStore(apps, log))
  const name = [basename(home), cookie.name, settings['cookie.path'], settings['cookie.domain']]
    .filter(Boolean)
    .join(':')
  const fleet = guarded && watchFleet({ store: guarded, name, directory: home, keys: ring.keys, log })
  const setup: Setup = {
    cookie,
    ring,
    carrier: guarded ? idCarrier(cookie.name, ring, guarded) : dataCarrier(cookie.name, ring),
    policy: lifePolicy(settings),
    permanent: settings.permanent,
    hooks: settings as Hooks,
    production,
    announce,
    apps,
    log,
    fleet,
    turns: new Turns(inOwnContext),
  }
  const check = async () => {
    await guarded?.check()
    await fleet?.check()
  }
  return Object.assign(createMiddleware(setup), {
    backend: choice.backend,
    store,
    check,
    health: (path?: string) => createHealth(choice.backend, check, path),
    close: async () => {
      fleet?.close()
      await guarded?.close()
    },
  })
}

const processTraits = (): ProcessTraits => ({
  env: process.env,
  argv: process.argv,
  execArgv: process.execArgv,
  hasGlobal: (name) => typeof Reflect.get(globalThis, name) === 'function',
})

const lifePolicy = ({ lifetime, absoluteLifetime, rolling }: Settings): LifePolicy => ({
  lifetime: lifetime * 1000,
  absoluteLifetime: absoluteLifetime * 1000,
  rolling,
})
