import type { Stats } from 'node:fs'
import type { Entry } from '../../core/store.js'
import type { Disk } from './disk.js'
import { decodeData, decodeHead, type Head, headLength } from './record.js'

/** What stands where a session would. `version` names it for a claim, also where it cannot be read. */
export type Glance =
  | { state: 'absent' }
  | { state: 'live'; version: string; entry: Entry }
  | { state: 'expired' | 'ended'; version: string }
  | { state: 'unreadable'; version: string; isDirectory: boolean }

/** Reads a session's file in four system calls: open, fstat, read, close. */
export async function glance(disk: Disk, path: string): Promise<Glance> {
  // The clock is read before the file. See `touch`, which reads it after.
  const now = Date.now()
  const file = await disk.readAll(path)
  if (file === 'missing') return { state: 'absent' }
  return file === 'foreign' ? unreadable(await disk.look(path)) : judge(file.bytes, file.stats, now)
}

/** The version that `glance` would answer, without reading the data. Undefined where nothing is. */
export async function versionAt(disk: Disk, path: string): Promise<string | undefined> {
  const fd = await disk.open(path)
  if (fd === 'missing') return undefined
  if (fd === 'foreign') return identity(await disk.look(path))
  try {
    const head = await headOf(disk, fd)
    return head ? head.version : identity(await disk.stats(fd))
  } finally {
    await disk.close(fd)
  }
}

/** The first line of a file: undefined where nothing is, `unreadable` where it is not ours. */
export async function headAt(disk: Disk, path: string): Promise<Head | 'unreadable' | undefined> {
  const fd = await disk.open(path)
  if (fd === 'missing') return undefined
  if (fd === 'foreign') return 'unreadable'
  try {
    return (await headOf(disk, fd)) ?? 'unreadable'
  } finally {
    await disk.close(fd)
  }
}

/** The first line of an open file. A directory or a pipe, which can be opened but not read so, has none. */
export async function headOf(disk: Disk, fd: number): Promise<Head | undefined> {
  return decodeHead(await disk.read(fd, headLength).catch(noBytes))
}

/** A deadline, in ms. File times hold more digits than a double, so that what was set can come back a hair less. */
export function deadlineOf(stats: Stats): number {
  return Math.round(stats.mtimeMs)
}

function judge(bytes: Buffer, stats: Stats, now: number): Glance {
  const head = decodeHead(bytes)
  if (!head) return unreadable(stats)
  const { version, ended } = head
  const expires = deadlineOf(stats)
  if (ended) return { state: 'ended', version }
  if (expires <= now) return { state: 'expired', version }
  const data = decodeData(bytes, head)
  return data === undefined
    ? { state: 'unreadable', version, isDirectory: false }
    : { state: 'live', version, entry: { data, version, expires } }
}

function unreadable(stats: Stats | undefined): Glance {
  if (!stats) return { state: 'absent' }
  return { state: 'unreadable', version: identity(stats) ?? '', isDirectory: stats.isDirectory() }
}

/** Stands for the version of a file that has none to read. Digits and dashes after an x, which no version is. */
function identity(stats: Stats | undefined): string | undefined {
  return stats && `x${stats.ino}-${Math.round(stats.mtimeMs * 1000)}-${stats.size}`
}

function noBytes(error: unknown): Buffer {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EISDIR' || code === 'ESPIPE') return Buffer.alloc(0)
  throw error
}
