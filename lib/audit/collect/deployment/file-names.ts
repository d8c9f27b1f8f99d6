import { posix } from 'node:path'
import type { When } from '../../facts/when.js'

const development = /(^|[._\-/])(dev|devel|develop|development|local|debug|override)([._\-/]|\d*$)/i
const tests =
  /(^|[._\-/])(tests?|testing|ci|e2e|stag(e|ing)|pre-?prod|preproduction|qa|uat|sit|sandbox|preview|demo)([._\-/]|\d*$)/i
const production = /(^|[._\-/])(prod|prd|production|online|release|live|stable)([._\-/]|\d*$)/i

/** The environment that a file's name, or its directory's, speaks of. Staging counts as a test of production. */
export function whenOfFile(file: string): When {
  const base = posix.basename(file)
  return whenOfName(base) ?? whenOfName(posix.basename(posix.dirname(file))) ?? 'any'
}

/** The environment that a word speaks of: the name of a script, of an overlay, of a PM2 environment. */
export function whenOfName(name: string): When | undefined {
  if (tests.test(name)) return 'test'
  if (development.test(name)) return 'development'
  return production.test(name) ? 'production' : undefined
}

/** The environment that a value of NODE_ENV or the like names. */
export function whenOfValue(value: string | undefined): When | undefined {
  if (value === undefined) return undefined
  if (/^prod|^prd$|^pro$|^online$|^live$/i.test(value)) return 'production'
  if (/^dev|^local/i.test(value)) return 'development'
  return /^(test|ci|stag|qa|uat|e2e)/i.test(value) ? 'test' : undefined
}

/** A file that only shows how: `.env.example`, `*.sample`, `*.template`, `*.dist`. */
export function isExampleFile(file: string): boolean {
  return /(^|[._-])(example|sample|template|dist|tpl|tmpl|ejs|hbs|skel|defaults?-example)([._-]|$)/i.test(
    posix.basename(file),
  )
}
