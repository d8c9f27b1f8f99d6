import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Environment } from '../../core/options.js'
import { UsageError } from '../usage-error.js'

/**
 * What env files add to an environment: a variable that is set already stays as it is, and a later file wins over an
 * earlier one, as with Node's --env-file.
 *
 * @throws UsageError for a file that cannot be read
 */
export function readEnvFiles(files: readonly string[], env: Environment): Record<string, string> {
  const read = files.flatMap((file) => Object.entries(parseEnv(readText(file)) as Record<string, string>))
  return Object.fromEntries(read.filter(([name]) => env[name] === undefined))
}

function readText(file: string): string {
  try {
    // Some editors of Windows begin a file with U+FEFF, which is no part of the first name.
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`The env file ${file} cannot be read (${code}), so what it sets would be missing.`)
  }
}
