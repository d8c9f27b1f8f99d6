import { setTimeout as sleep } from 'node:timers/promises'
import { chooseBackend } from '../../core/backend.js'
import { type Environment, resolveOptions } from '../../core/options.js'
import type { Store } from '../../core/store.js'
import { detectTestRunner } from '../../core/test-runner.js'
import { bootKeyRing } from '../../plugin/boot-keys.js'
import { defaultDirectory } from '../../plugin/default-directory.js'
import { openStore } from '../../plugin/open-store.js'

/** ms. */
const probeLimit = 2_000

/** What is settled about sessions, once for all workers. */
export interface SessionPlan {
  /** Variables that make every worker come to the same decision. */
  readonly env: Record<string, string>
  /** Secret keys, newest first. */
  readonly keys: readonly string[]
  readonly backend: string
  /** For the log. */
  readonly says: string
  readonly warnings: readonly string[]
}

/**
 * Settles key and store as `sharedSession()` would in each worker, and tries the store once. A store that is away does
 * not keep the app from starting: it recovers by itself, and visitors without a session notice nothing.
 *
 * @throws SessionError where a worker could not start either
 */
export async function planSessions(env: Environment, entry: string): Promise<SessionPlan> {
  const { settings, sources } = resolveOptions({}, env)
  const production = env.NODE_ENV === 'production'
  const traits = { env, argv: [], execArgv: [], hasGlobal: () => false }
  const choice = chooseBackend(settings, sources, { production, testRunner: detectTestRunner(traits) })
  const directory = settings.directory ?? defaultDirectory(entry)
  const warnings: string[] = []
  const ring = bootKeyRing(settings.keys, {
    source: sources.keys,
    production,
    directory,
    // A weak key is each worker's own warning.
    log: { warn: (line) => settings.keys === undefined && warnings.push(line) },
    quiet: choice.backend === 'cookie',
  })
  const { store, where } = openStore(choice.backend, settings, sources, directory)
  if (store) warnings.push(...(await probe(store)))
  return {
    keys: ring.keys,
    env: {
      KOA_SESSION_ANNOUNCED: where,
      ...(choice.backend === 'file' && { SESSION_FILE_DIR: directory }),
      ...(choice.backend === 'redis' && { SESSION_STORE: 'redis' }),
    },
    backend: choice.backend,
    says: `sessions ${where}: ${choice.because}`,
    warnings,
  }
}

async function probe(store: Store): Promise<string[]> {
  const late = sleep(probeLimit, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${probeLimit / 1000} s`)
  })
  try {
    await Promise.race([store.check(), late])
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [
      `The session store does not answer: ${reason} The app starts all the same, and serves sessions as soon as the store does.`,
    ]
  } finally {
    await store.close()
  }
}
