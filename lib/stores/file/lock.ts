import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Disk } from './disk.js'

/** Held by the one process that cleans up. */
export interface Lock {
  /** Says that the holder is still at work. */
  renew(): Promise<void>
  release(): Promise<void>
}

const life = randomBytes(8).toString('hex')
const longestSilence = 60_000

/**
 * Takes the lock at `path`, or answers undefined while another has it. One whose process is dead, or that was silent for a
 * minute, is taken over. Two can get it in a rare race: it saves work, and nothing depends on it.
 */
export async function takeLock(disk: Disk, path: string): Promise<Lock | undefined> {
  const made = await makeLock(disk, path)
  if (made || !(await isStale(disk, path))) return made
  await disk.unlink(path)
  return makeLock(disk, path)
}

async function makeLock(disk: Disk, path: string): Promise<Lock | undefined> {
  const fd = await disk.create(path)
  if (fd === 'taken') return undefined
  if (fd === 'missing') throw Object.assign(new Error('The directory is missing.'), { code: 'ENOENT' })
  const release = async () => {
    await disk.close(fd)
    await disk.unlink(path)
  }
  try {
    await disk.write(fd, Buffer.from(`${process.pid} ${life} ${hostname()}\n`))
    await disk.setDeadline(fd, Date.now())
  } catch (error) {
    await release()
    throw error
  }
  return { renew: () => disk.setDeadline(fd, Date.now()), release }
}

async function isStale(disk: Disk, path: string): Promise<boolean> {
  const fd = await disk.open(path)
  if (typeof fd !== 'number') return fd === 'foreign'
  try {
    const { mtimeMs } = await disk.stats(fd)
    if (Math.abs(Date.now() - mtimeMs) > longestSilence) return true
    return holderIsDead((await disk.read(fd, 512)).toString())
  } finally {
    await disk.close(fd)
  }
}

function holderIsDead(text: string): boolean {
  const [, pid, holder, host] = /^(\d+) (\S+) (.*)\n$/.exec(text) ?? []
  if (pid === undefined || host !== hostname()) return false
  // After a restart of a container, the dead holder's number can be our own.
  return Number(pid) === process.pid ? holder !== life : !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
