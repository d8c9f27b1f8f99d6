import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { join, resolve } from 'node:path'
import fs from 'fs-extra'
import { SessionError } from '../core/errors.js'

/**
 * Makes sure that `path` is a directory that only this user can enter, made (0700, parents too) where it is missing,
 * and that files can be written, hard-linked and renamed in it. An existing directory is never changed, only refused.
 * Only the last component is judged: a symlink further up is the administrator's own. Answers the absolute path.
 *
 * @throws SessionError SESSION_DIRECTORY_UNSAFE, with the way to mend it
 */
export function privateDirectory(path: string): string {
  const directory = resolve(path)
  if (!statsOf(directory)) make(directory)
  const stats = statsOf(directory)
  if (!stats) throw unsafe(directory, 'vanished while it was being made', 'sessions would have no place', anotherPlace)
  refuseUnsafe(directory, stats)
  probe(directory)
  return directory
}

/**
 * Refuses a directory that others could read, change or redirect. `stats` come from `lstat`. Where the system has no
 * user ids (Windows), ownership and mode are not judged: its files carry the access rules of their parent.
 *
 * @throws SessionError SESSION_DIRECTORY_UNSAFE
 */
export function refuseUnsafe(directory: string, stats: Stats): void {
  if (stats.isSymbolicLink())
    throw unsafe(
      directory,
      'is a symbolic link',
      'whoever can change the link chooses which sessions the app believes',
      `Remove the link (rm ${quoted(directory)}), or set SESSION_FILE_DIR to the directory that it points to.`,
    )
  if (!stats.isDirectory())
    throw unsafe(
      directory,
      'is not a directory',
      'sessions are kept as files in one',
      `Move it away (mv ${quoted(directory)} ${quoted(`${directory}.old`)}), ${orAnotherPlace}`,
    )
  const user = process.getuid?.()
  if (user === undefined) return
  if (stats.uid !== user)
    throw unsafe(
      directory,
      `belongs to user ${stats.uid}, and this process runs as user ${user}`,
      'its owner can read, forge and delete every session',
      `Give it to this user (sudo chown -R ${user} ${quoted(directory)}), ${orAnotherPlace}`,
    )
  if ((stats.mode & 0o077) !== 0)
    throw unsafe(
      directory,
      `is open to other users (mode ${(stats.mode & 0o777).toString(8).padStart(4, '0')})`,
      'they could read or replace sessions',
      `Close it (chmod 700 ${quoted(directory)}), ${orAnotherPlace}`,
    )
}

const orAnotherPlace = 'or set SESSION_FILE_DIR to another directory.'
const anotherPlace = 'Set SESSION_FILE_DIR to a directory on a local disk that this user can write.'

function statsOf(path: string): Stats | undefined {
  try {
    return fs.lstatSync(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    throw unsafe(path, `cannot be looked at (${code})`, 'sessions would have no place', anotherPlace, error)
  }
}

function make(directory: string): void {
  try {
    const made = fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    // The umask may have taken bits that the owner needs.
    if (made !== undefined) fs.chmodSync(directory, 0o700)
  } catch (error) {
    throw unsafe(directory, `cannot be made (${codeOf(error)})`, 'sessions would have no place', anotherPlace, error)
  }
}

/** Does once what every write does, so that a file system that cannot is found at start and not at the first login. */
function probe(directory: string): void {
  const name = join(directory, `probe.${randomBytes(12).toString('hex')}`)
  const [first, second, third] = [`${name}.1`, `${name}.2`, `${name}.3`]
  let doing = 'written in'
  try {
    fs.writeFileSync(first, '', { mode: 0o600, flag: 'wx' })
    doing = 'given hard links'
    fs.linkSync(first, second)
    doing = 'used to rename files'
    fs.renameSync(first, third)
  } catch (error) {
    const why = 'without that, parallel requests would overwrite each other or lose sessions'
    throw unsafe(directory, `cannot be ${doing} (${codeOf(error)})`, why, anotherPlace, error)
  } finally {
    for (const file of [first, second, third]) removeProbe(file)
  }
}

function removeProbe(file: string): void {
  try {
    fs.unlinkSync(file)
  } catch {
    // It was never made, or the directory refuses, which is reported already.
  }
}

function unsafe(directory: string, what: string, why: string, mend: string, cause?: unknown): SessionError {
  const message = `The session directory ${directory} ${what}: ${why}. ${mend}`
  return new SessionError('SESSION_DIRECTORY_UNSAFE', message, cause === undefined ? undefined : { cause })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error'
}

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
