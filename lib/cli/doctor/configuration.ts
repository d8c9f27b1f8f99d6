import { basename, join, resolve } from 'node:path'
import type { Facts } from '../../audit/facts.js'
import type { LiveConfiguration, LiveKey } from '../../audit/live/live-facts.js'
import { chooseBackend } from '../../core/backend.js'
import { planCookie } from '../../core/cookie.js'
import { SessionError } from '../../core/errors.js'
import { keyWeakness } from '../../core/key-strength.js'
import { type Environment, resolveOptions } from '../../core/options.js'
import { detectTestRunner } from '../../core/test-runner.js'
import { defaultDirectory } from '../../plugin/default-directory.js'
import { optionsOfAddress } from '../../stores/redis/address.js'

/** What the app would run with, for the probes. */
export interface Configuration {
  readonly live: LiveConfiguration
  /** Secret keys, newest first. Never to be printed. */
  readonly keys: readonly string[]
  /** The address to ask, where sessions are in Redis. Never to be printed. */
  readonly redis: string | undefined
  readonly prefix: string
  /** Absolute; where sessions are in files. */
  readonly directory: string | undefined
  readonly threshold: number
  /** Where the processes of this machine meet, and by what name. */
  readonly meeting: { readonly directory: string; readonly name: string } | undefined
}

type Decided = Omit<Configuration, 'live'> & { readonly live: Partial<LiveConfiguration> }

/** Decides as `sharedSession()` does when it starts in the app's directory, with this environment. */
export function configurationOf(facts: Facts, env: Environment, root: string): Configuration {
  const ours = facts.sessions.some(({ library }) => library === 'koa-shared-session')
  const decided = ours ? ofOurs(facts, env, root) : ofAnother(facts, env)
  return {
    ...decided,
    live: {
      node: process.versions.node,
      nodeEnv: env.NODE_ENV ?? null,
      ours,
      backend: null,
      because: null,
      cookieName: null,
      settings: [],
      keys: [],
      keyVariables: null,
      refused: null,
      ...decided.live,
    },
  }
}

const entryOf = ({ app }: Facts, root: string) => (app.entry === undefined ? undefined : join(root, app.entry))

const nothing = {
  keys: [],
  redis: undefined,
  prefix: 'session:',
  directory: undefined,
  threshold: 1000,
  meeting: undefined,
}

function ofOurs(facts: Facts, env: Environment, root: string): Decided {
  try {
    return settled(env, join(root, facts.app.dir), entryOf(facts, root), keyVariables(facts))
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    return { ...nothing, live: { refused: { code: error.code, message: error.message } } }
  }
}

/** The variables that the option `keys` takes its keys from; null where the app leaves them to SECRET_KEY. */
function keyVariables({ secrets }: Facts): readonly string[] | null {
  if (secrets.some(({ sink }) => sink.name === 'sharedSession')) return null
  return [...new Set(secrets.flatMap(({ variable }) => variable ?? []))]
}

function settled(
  env: Environment,
  from: string,
  entry: string | undefined,
  variables: readonly string[] | null,
): Decided {
  const { settings, sources } = resolveOptions({}, env)
  const production = env.NODE_ENV === 'production'
  const cookie = planCookie(settings, production)
  const traits = { env, argv: [], execArgv: [], hasGlobal: () => false }
  const { backend, because } = chooseBackend(settings, sources, { production, testRunner: detectTestRunner(traits) })
  const keys =
    variables === null
      ? [settings.keys ?? []]
          .flat()
          .map((key, index) => ({ variable: index === 0 ? 'SECRET_KEY' : 'SECRET_KEY_FALLBACKS', key }))
      : keysIn(env, variables)
  if (backend === 'redis') optionsOfAddress(String(settings.redis))
  const home = defaultDirectory(entry, from)
  const name = [basename(home), cookie.name, settings['cookie.path'], settings['cookie.domain']]
  return {
    keys: keys.map(({ key }) => key),
    redis: backend === 'redis' ? String(settings.redis) : undefined,
    prefix: settings.prefix,
    directory: backend === 'file' ? resolve(from, settings.directory ?? home) : undefined,
    threshold: settings.fileThreshold,
    meeting: { directory: home, name: name.filter(Boolean).join(':') },
    live: {
      backend: backend === 'redis' || backend === 'file' || backend === 'cookie' ? backend : null,
      because,
      cookieName: cookie.name,
      settings: Object.entries(sources).map(([setting, source]) => ({ name: setting, source })),
      keys: keys.map(liveKey),
      keyVariables: variables,
    },
  }
}

/** An app with another session library: the keys that it reads from the environment, and its Redis. */
function ofAnother({ secrets, sessions }: Facts, env: Environment): Decided {
  const variables = [...new Set(secrets.flatMap(({ variable }) => variable ?? []))]
  const given = keysIn(env, variables)
  const isOnRedis = sessions.some(({ store }) => store.kind === 'redis')
  return {
    ...nothing,
    keys: given.map(({ key }) => key),
    redis: isOnRedis ? addressIn(env) : undefined,
    live: { keys: given.map(liveKey) },
  }
}

/** An address of a kind that we can ask; other libraries know more of them. */
function addressIn(env: Environment): string | undefined {
  const address = env.SESSION_REDIS_URL || env.REDIS_URL
  try {
    if (address) optionsOfAddress(address)
    return address || undefined
  } catch {
    return undefined
  }
}

interface Key {
  readonly variable: string
  readonly key: string
}

const keysIn = (env: Environment, variables: readonly string[]): Key[] =>
  variables.flatMap((variable) => partsOf(env[variable]).map((key) => ({ variable, key })))

const partsOf = (value = '') =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

function liveKey({ variable, key }: Key): LiveKey {
  return { variable, bytes: Buffer.byteLength(key), weakness: keyWeakness(key) ?? null }
}
