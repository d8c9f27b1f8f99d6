import type { Edit } from '../edit.js'
import type { Place } from '../place.js'

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
  /** Puts this package among the dependencies; empty where it is one already, or where there is no package.json. */
  readonly install: readonly Edit[]
  /** The repository would take a `.env` of the app in. */
  readonly sharesSettings: boolean
  /** The source itself reads `.env` into the environment: dotenv, process.loadEnvFile(). */
  readonly readsSettings: boolean
  /** By the lock file, or by what package.json says. */
  readonly installer: Installer
  /** Files with a session store that nothing loads, beside sharedSession(). */
  readonly idleStores: readonly string[]
}

export type Installer = 'npm' | 'yarn' | 'pnpm' | 'bun'

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
