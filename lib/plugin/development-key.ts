import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { privateDirectory } from '../stores/private-directory.js'

/**
 * A key that all processes on this machine agree on: made by the first one that asks, and kept in the session directory,
 * readable for its owner only (0600).
 *
 * @throws SessionError SESSION_DIRECTORY_UNSAFE
 */
export function developmentKey(directory: string): string {
  const file = join(privateDirectory(directory), 'development.key')
  return readKey(file) ?? makeKey(file)
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

// A link appears whole or not at all, and only one of several processes gets to make it.
function makeKey(file: string): string {
  const key = randomBytes(32).toString('base64url')
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${key}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
    return key
  } catch (error) {
    const made = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(file) : undefined
    if (made) return made
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
