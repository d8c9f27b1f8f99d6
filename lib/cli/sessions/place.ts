import { resolve } from 'node:path'
import { chooseBackend } from '../../core/backend.js'
import { type Environment, resolveOptions } from '../../core/options.js'
import { defaultDirectory } from '../../plugin/default-directory.js'
import { fileInventory } from '../../stores/file/inventory.js'
import type { Inventory } from '../../stores/inventory.js'
import { redisInventory } from '../../stores/redis/inventory.js'
import type { FlagWords } from '../flags.js'
import { readEnvFiles } from '../serve/environment.js'
import { UsageError } from '../usage-error.js'

/** What is administered, and where that is, for a line of text. */
export interface AdministeredPlace {
  readonly inventory: Inventory
  readonly kind: 'redis' | 'file'
  readonly where: string
}

/** @throws UsageError; SessionError SESSION_OPTION_INVALID */
export function findPlace(words: FlagWords): AdministeredPlace {
  const [redis, directory, prefix] = ['redis', 'directory', 'prefix'].map((name) => words.text(name))
  if (redis !== undefined && directory !== undefined)
    throw new UsageError('--redis and --directory name two places: give one of them.')
  const env: Environment = {
    ...process.env,
    ...readEnvFiles(words.all('settings'), process.env),
    ...(redis !== undefined && { SESSION_REDIS_URL: redis, SESSION_STORE: 'redis' }),
    ...(directory !== undefined && { SESSION_FILE_DIR: directory, SESSION_STORE: 'file' }),
    ...(prefix !== undefined && { SESSION_KEY_PREFIX: prefix }),
  }
  const { settings, sources } = resolveOptions({}, env)
  const { backend } = chooseBackend(settings, sources, { production: true, testRunner: undefined })
  if (backend === 'redis' && typeof settings.redis === 'string') {
    const inventory = redisInventory({ redis: settings.redis, prefix: settings.prefix })
    return { inventory, kind: 'redis', where: `Redis, ${settings.prefix}*` }
  }
  if (backend === 'file') {
    const path = resolve(settings.directory ?? defaultDirectory(''))
    return { inventory: fileInventory(path), kind: 'file', where: path }
  }
  throw new UsageError(
    `${sources.store} says that cookies hold the sessions, so there is nothing here to administer. A new SECRET_KEY without the old one among the fallbacks ends them all.`,
  )
}
