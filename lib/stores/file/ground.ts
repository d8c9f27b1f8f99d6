import { join } from 'node:path'
import { SessionError } from '../../core/errors.js'
import { refuseUnsafe } from '../private-directory.js'
import type { Disk } from './disk.js'
import { directoryMissing } from './failure.js'
import { isProbe, isShard } from './layout.js'

/** The session directory at run time, and its shards. */
export class Ground {
  readonly #disk: Disk
  readonly #directory: string
  /** The shards that were found private, and which directories they were. */
  readonly #trusted = new Map<string, string>()

  constructor(disk: Disk, directory: string) {
    this.#disk = disk
    this.#directory = directory
  }

  /**
   * Throws unless the session directory is there, and still private. Asked where a file was not found, since a
   * directory that is missing is an outage and not an unknown session, and where a shard is not the one that it was.
   *
   * @throws SessionError SESSION_STORE_DOWN, SESSION_DIRECTORY_UNSAFE
   */
  async verify(): Promise<void> {
    const stats = await this.#disk.look(this.#directory)
    if (!stats) throw directoryMissing(this.#directory)
    refuseUnsafe(this.#directory, stats)
  }

  /**
   * Refuses a shard that is a symbolic link or not private, or that is in a session directory which is. A shard that is
   * missing is normal. While it is the same directory as before, so is the one that it is in, which costs no look then.
   *
   * @throws SessionError SESSION_STORE_DOWN, SESSION_DIRECTORY_UNSAFE
   */
  async trust(shard: string): Promise<void> {
    const trusted = this.#trusted.get(shard)
    const stats = await (trusted === undefined ? this.#disk.look(shard) : this.#disk.lookAgain(shard))
    const found = stats && `${stats.dev}-${stats.ino}-${stats.uid}-${stats.mode}`
    if (found !== undefined && trusted === found) return
    await this.verify()
    if (!stats || found === undefined) return
    refuseUnsafe(shard, stats)
    this.#trusted.set(shard, found)
  }

  /** Makes a shard where it is missing. */
  async make(shard: string): Promise<void> {
    if ((await this.#disk.makeDirectory(shard)) === 'missing') throw directoryMissing(this.#directory)
    await this.trust(shard)
  }

  /** The names of the shards that exist. */
  async shards(): Promise<string[]> {
    await this.verify()
    const names = (await this.#disk.list(this.#directory)).filter(isShard)
    for (const name of names) await this.trust(join(this.#directory, name))
    return names
  }

  /**
   * Writes, links, renames, reads and removes a file.
   *
   * @throws SessionError SESSION_STORE_DOWN, SESSION_DIRECTORY_UNSAFE; Error of the file system
   */
  async prove(name: string): Promise<void> {
    await this.verify()
    const [first, second, third] = [1, 2, 3].map((n) => join(this.#directory, `probe.${name}.${n}`)) as [
      string,
      string,
      string,
    ]
    try {
      await this.#write(first, name)
      const linked = await this.#disk.link(first, second)
      const renamed = await this.#disk.rename(second, third)
      if (linked !== 'done' || !renamed || (await this.#read(third)) !== name) throw notKept(this.#directory)
    } finally {
      for (const file of [first, second, third]) await this.#disk.unlink(file)
    }
  }

  /** Removes the files of trials that were killed, if they are not younger than `time`, of the file system's clock. */
  async takeProbes(time: number): Promise<void> {
    const files = (await this.#disk.list(this.#directory)).filter(isProbe).map((name) => join(this.#directory, name))
    // All are looked at first: two are names of one file, and taking one away changes the time of the other.
    const found = await Promise.all(files.map((file) => this.#disk.look(file)))
    for (const [position, file] of files.entries()) {
      const stats = found[position]
      if (stats && stats.ctimeMs <= time) await this.#disk.unlink(file)
    }
  }

  async #write(file: string, text: string): Promise<void> {
    const fd = await this.#disk.create(file)
    if (typeof fd !== 'number') throw directoryMissing(this.#directory)
    try {
      await this.#disk.write(fd, Buffer.from(text))
    } finally {
      await this.#disk.close(fd)
    }
  }

  async #read(file: string): Promise<string | undefined> {
    const fd = await this.#disk.open(file)
    if (typeof fd !== 'number') return undefined
    try {
      return (await this.#disk.read(fd, 512)).toString()
    } finally {
      await this.#disk.close(fd)
    }
  }
}

function notKept(directory: string): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    `The session directory ${directory} does not give back what was written to it, so sessions would be lost. Something else removes files there, or its file system is not fit for it: set SESSION_FILE_DIR to a directory on a local disk.`,
  )
}
