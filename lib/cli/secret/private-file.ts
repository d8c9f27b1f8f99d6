import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file whole or not at all, readable for its owner only (0600). Its owner stays; a link is followed, so that
 * it goes on leading there.
 */
export function replacePrivately(file: string, bytes: Buffer): void {
  const target = realpathSync(file)
  const { uid, gid } = statSync(target)
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`
  try {
    write(draft, bytes)
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(draft, uid, gid)
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  sync(dirname(target))
}

function write(file: string, bytes: Buffer): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

// The new name must survive a power cut too; where directories cannot be synced, the system sees to it.
function sync(directory: string): void {
  try {
    const fd = openSync(directory, 'r')
    fsyncSync(fd)
    closeSync(fd)
  } catch {}
}
