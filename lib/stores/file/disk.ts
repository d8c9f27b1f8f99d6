import { constants } from 'node:buffer'
import type { Stats } from 'node:fs'
import fs from 'fs-extra'

/**
 * The file system, one method per system call, with the answers that the protocol turns on as values. Everything else
 * that a call can answer is thrown. Nothing follows a symbolic link in the last component; files are made 0600.
 */
export interface Disk {
  /**
   * Opens for reading, on the spot: for what was read or linked a moment ago, so that no disk is asked for it. `foreign`:
   * something stands there that is not ours to read, such as a symbolic link or a socket.
   */
  open(path: string): Promise<number | 'missing' | 'foreign'>
  /** All of a file, and its state, in one go: open, fstat, read, close. `foreign` as for `open`, or not a file. */
  readAll(path: string): Promise<{ stats: Stats; bytes: Buffer } | 'missing' | 'foreign'>
  /** Makes a new file and opens it for writing. */
  create(path: string): Promise<number | 'missing' | 'taken'>
  stats(fd: number): Promise<Stats>
  /** Up to `length` bytes from the start: few, of a file in use, for they are waited for on the spot. */
  read(fd: number, length: number): Promise<Buffer>
  write(fd: number, bytes: Buffer): Promise<void>
  /** Sets the modification time, in ms since the epoch, which is a session's deadline. */
  setDeadline(fd: number, deadline: number): Promise<void>
  close(fd: number): Promise<void>
  /** What stands at the path, a link not followed; undefined where nothing does. */
  look(path: string): Promise<Stats | undefined>
  /** The same, on the spot: for what was looked at or opened a moment ago, so that no disk is asked for it. */
  lookAgain(path: string): Promise<Stats | undefined>
  /** Gives a file a second name, unless that name is `taken`. `missing`: the file or the target's directory. */
  link(from: string, to: string): Promise<'done' | 'missing' | 'taken'>
  /** Moves a file, over another if one is there. False where the file or the target's directory is missing. */
  rename(from: string, to: string): Promise<boolean>
  /** Moves a directory over an empty one, and nothing but a directory. False where none was moved. */
  renameDirectory(from: string, to: string): Promise<boolean>
  /** True when this call removed the name, false where it was missing. */
  unlink(path: string): Promise<boolean>
  /** Makes a directory, 0700 whatever the umask. */
  makeDirectory(path: string): Promise<'done' | 'missing' | 'taken'>
  /** True when the directory is gone now; false while it holds something. */
  removeDirectory(path: string): Promise<boolean>
  /** Names in a directory; none where it is missing. */
  list(path: string): Promise<string[]>
}

// Absent on Windows. Without O_NONBLOCK, opening a pipe that a stranger left would hang.
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants
const forReading = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
const forCreating = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW

/** What it means that a file cannot be opened for reading. */
const unreadable = { ENOENT: 'missing', ELOOP: 'foreign', ENXIO: 'foreign' } as const

/**
 * The disk itself. A call through the thread pool costs a request several times what a system call does, so those that
 * the kernel answers from memory are made on the spot. Opening waits where the process is out of descriptors (EMFILE):
 * fs-extra is graceful-fs underneath.
 */
export const realDisk: Disk = {
  open: async (path) => openAgain(path),
  readAll: (path) => readAll(path).catch(among(unreadable)),
  create: (path) => fs.open(path, forCreating, 0o600).catch(among({ ENOENT: 'missing', EEXIST: 'taken' })),
  stats: async (fd) => fs.fstatSync(fd),
  async read(fd, length) {
    const buffer = Buffer.allocUnsafe(length)
    const bytesRead = fs.readSync(fd, buffer, 0, length, 0)
    return bytesRead === length ? buffer : buffer.subarray(0, bytesRead)
  },
  async write(fd, bytes) {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await fs.write(fd, bytes, done, bytes.length - done, done)
      done += bytesWritten
    }
  },
  setDeadline: async (fd, deadline) => fs.futimesSync(fd, deadline / 1000, deadline / 1000),
  close: async (fd) => fs.closeSync(fd),
  look: (path) => fs.lstat(path).catch(among({ ENOENT: undefined })),
  lookAgain: async (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  link: (from, to) =>
    fs.link(from, to).then(() => 'done' as const, among({ ENOENT: 'missing' as const, EEXIST: 'taken' as const })),
  rename: (from, to) => fs.rename(from, to).then(() => true, among({ ENOENT: false })),
  renameDirectory: (from, to) => fs.rename(from, to).then(() => true, among({ ENOENT: false, EISDIR: false })),
  unlink: (path) => fs.unlink(path).then(() => true, among({ ENOENT: false })),
  async makeDirectory(path) {
    const made = await fs
      .mkdir(path, { mode: 0o700 })
      .then(() => 'done' as const, among({ ENOENT: 'missing' as const, EEXIST: 'taken' as const }))
    if (made === 'done') await fs.chmod(path, 0o700).catch(among({ ENOENT: undefined }))
    return made
  },
  removeDirectory: (path) => fs.rmdir(path).then(() => true, among({ ENOENT: true, ENOTEMPTY: false, EEXIST: false })),
  list: (path) => fs.readdir(path).catch(among({ ENOENT: [] as string[] })),
}

// With callbacks, since it is in the way of every request: promises between the calls would cost as much as they do.
function readAll(path: string): Promise<{ stats: Stats; bytes: Buffer } | 'foreign'> {
  return new Promise((resolve, reject) => {
    fs.open(path, forReading, (unopened, fd) => {
      if (unopened) return reject(unopened)
      const settle = (error: unknown, answer: { stats: Stats; bytes: Buffer } | 'foreign' = 'foreign') => {
        fs.closeSync(fd)
        return error ? reject(error) : resolve(answer)
      }
      const stats = fs.fstatSync(fd)
      if (!stats.isFile() || stats.size > constants.MAX_STRING_LENGTH) return settle(undefined)
      const buffer = Buffer.allocUnsafe(stats.size)
      fs.read(fd, buffer, 0, stats.size, 0, (unread, length) =>
        settle(unread, { stats, bytes: buffer.subarray(0, length) }),
      )
    })
  })
}

const unopenable = among({ ...unreadable, EMFILE: 'later', ENFILE: 'later' })

async function openAgain(path: string): Promise<number | 'missing' | 'foreign'> {
  const opened = openSync(path)
  if (opened !== 'later') return opened
  return fs.open(path, forReading).catch(among(unreadable))
}

/** `later`: the process is out of descriptors. */
function openSync(path: string): number | 'missing' | 'foreign' | 'later' {
  try {
    return fs.openSync(path, forReading)
  } catch (error) {
    return unopenable(error)
  }
}

/** Answers an error by its code, and throws what the table does not know. */
function among<const T>(answers: Record<string, T>): (error: unknown) => T {
  return (error) => {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== undefined && Object.hasOwn(answers, code)) return answers[code] as T
    throw error
  }
}
