import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SessionError } from '../core/errors.js'
import { leastKeyBytes } from '../core/key-strength.js'
import { privateDirectory } from '../stores/private-directory.js'

/**
 * A key that all processes on this machine agree on: made by the first one that asks, and kept in the session directory,
 * readable for its owner only (0600).
 *
 * @throws SessionError SESSION_DIRECTORY_UNSAFE; SESSION_KEY_WEAK where something else stands in the key's place
 */
export function developmentKey(directory: string): string {
  const file = join(privateDirectory(directory), 'development.key')
  return readKey(file) ?? makeKey(file)
}

function readKey(file: string): string | undefined {
  const text = readFile(file)
  if (text === undefined) return undefined
  const key = text.trim()
  if (Buffer.byteLength(key) < leastKeyBytes) throw notAKey(file)
  return key
}

/** The text of a file; undefined where none is. A link is not followed (CWE-59). */
function readFile(file: string): string | undefined {
  const opened = openFile(file)
  if (opened === undefined) return undefined
  try {
    if (!fstatSync(opened).isFile()) throw notAKey(file)
    return readFileSync(opened, 'utf8')
  } finally {
    closeSync(opened)
  }
}

function openFile(file: string): number | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  try {
    return openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw notAKey(file)
  }
}

// A link appears whole or not at all, and only one of several processes gets to make it.
function makeKey(file: string): string {
  const key = randomBytes(leastKeyBytes).toString('base64url')
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

function notAKey(file: string): SessionError {
  return new SessionError(
    'SESSION_KEY_WEAK',
    `${file} holds no development key that could sign cookies: it is empty, too short, or no plain file. Remove it (rm ${file}) and a new one is made, or set SECRET_KEY.`,
  )
}
