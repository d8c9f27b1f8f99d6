import { randomBytes } from 'node:crypto'
import {
  chmodSync,
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

const forOwner = 0o600
const forAll = 0o007

/**
 * Replaces a file whole or not at all. Its owner, group and mode stay, but where all users may do something with it only
 * its owner may afterwards (0600). A link is followed, so that it goes on leading there.
 */
export function replacePrivately(file: string, bytes: Buffer): void {
  const target = realpathSync(file)
  const { uid, gid, mode } = statSync(target)
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`
  try {
    write(draft, bytes)
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(draft, uid, gid)
    chmodSync(draft, mode & forAll ? forOwner : mode & 0o777)
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  sync(dirname(target))
}

function write(file: string, bytes: Buffer): void {
  const fd = openSync(file, 'wx', forOwner)
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
