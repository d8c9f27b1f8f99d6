import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry, NewEntry, Store, WriteOutcome } from '../../core/store.js'
import { versionPattern, versionSource } from '../version.js'
import { type Cleaned, cleanUp, countSessions } from './cleanup.js'
import type { Disk } from './disk.js'
import { storeFailure } from './failure.js'
import { Ground } from './ground.js'
import { Place, placeOfKey } from './layout.js'
import { type Lock, takeLock } from './lock.js'
import { Occupancy } from './occupancy.js'
import * as session from './session.js'
import type { Site } from './site.js'

/** What a file store works with. */
export interface FileStoreParts {
  disk: Disk
  /** Absolute, and private. */
  directory: string
  fileThreshold: number
  /** Age in ms from which a record that waits counts as left over by a process that was killed. */
  leftoverAge: number
}

const version = new RegExp(`^${versionPattern}$`)
const lastDay = Date.UTC(9999, 11, 31)

/** The store of `fileStore`, on a directory that is known to be private. */
export class FileStore implements Store {
  readonly kind = 'file'
  readonly #parts: FileStoreParts
  readonly #ground: Ground
  readonly #unique = versionSource()
  readonly #occupancy: Occupancy
  #background: Promise<void> | undefined
  #closed = false

  constructor(parts: FileStoreParts) {
    this.#parts = parts
    this.#ground = new Ground(parts.disk, parts.directory)
    this.#occupancy = new Occupancy(parts.fileThreshold)
  }

  read(key: string): Promise<Entry | undefined> {
    return this.#on(key, async (site) => {
      const found = await session.read(site)
      if (found === 'absent') await this.#ground.verify()
      return typeof found === 'string' ? undefined : found
    })
  }

  write(key: string, entry: NewEntry, seen?: string): Promise<WriteOutcome> {
    return this.#on(key, async (site) => {
      const { data, expires } = entry
      const kept = { data, expires: Math.round(Math.min(Math.max(expires, 0), lastDay)) }
      if (seen === undefined) return this.#announced(await session.create(site, kept))
      const outcome = await (version.test(seen) ? session.replace(site, kept, seen) : session.standing(site))
      if ('gone' in outcome) await this.#ground.verify()
      return outcome
    })
  }

  touch(key: string, expires: number, seen: string): Promise<boolean> {
    return this.#on(key, async (site) => {
      const touched = await session.touch(site, Math.round(Math.min(Math.max(expires, 0), lastDay)), seen)
      if (touched === 'absent') await this.#ground.verify()
      return touched === true
    })
  }

  remove(key: string): Promise<void> {
    return this.#on(key, async (site) => {
      if (!(await session.remove(site))) await this.#ground.verify()
    })
  }

  check(): Promise<void> {
    return this.#wrapped(() => this.#ground.prove(this.#unique()))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#background
  }

  /** Waits for a clean-up that runs already, in this process or another, and then runs its own. `close` ends both early. */
  prune(): Promise<number> {
    return this.#wrapped(async () => {
      await this.#ground.verify()
      for (;;) {
        const cleaned = await this.#cleanUp(async () => !this.#closed)
        if (cleaned) return cleaned.removed
        if (this.#closed) return 0
        await sleep(20)
      }
    })
  }

  #announced(outcome: WriteOutcome): WriteOutcome {
    if (!('written' in outcome)) return outcome
    this.#occupancy.created()
    if (this.#closed || this.#background || !this.#occupancy.due(Date.now())) return outcome
    this.#background = this.#lookRound()
      .catch(() => {})
      .finally(() => {
        this.#background = undefined
      })
    return outcome
  }

  async #lookRound(): Promise<void> {
    const goOn = async () => !this.#closed
    this.#occupancy.looking(Date.now())
    const count = await countSessions({ shards: () => this.#ground.shards(), site: (name) => this.#site(name), goOn })
    if (!this.#occupancy.found(count)) return
    const cleaned = await this.#cleanUp(goOn)
    if (cleaned) this.#occupancy.found(cleaned.live)
  }

  /** Undefined where another clean-up has the lock. */
  async #cleanUp(goOn: () => Promise<boolean>): Promise<Cleaned | undefined> {
    const { disk, directory, leftoverAge } = this.#parts
    const path = join(directory, 'clean-up.lock')
    const lock = await takeLock(disk, path)
    if (!lock) return undefined
    try {
      return await cleanUp({
        shards: () => this.#ground.shards(),
        site: (name) => this.#site(name),
        time: () => timeAfter(lock, disk, path),
        takeProbes: (now) => this.#ground.takeProbes(now - leftoverAge),
        goOn,
      })
    } finally {
      await lock.release()
    }
  }

  #site(name: string): Site {
    return this.#siteAt(new Place(this.#parts.directory, name))
  }

  #siteAt(place: Place): Site {
    const { disk, leftoverAge } = this.#parts
    return { disk, place, unique: this.#unique, leftoverAge, makeShard: () => this.#ground.make(place.shard) }
  }

  #on<T>(key: string, run: (site: Site) => Promise<T>): Promise<T> {
    return this.#wrapped(async () => {
      const place = placeOfKey(this.#parts.directory, key)
      await this.#ground.trust(place.shard)
      return run(this.#siteAt(place))
    })
  }

  async #wrapped<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw storeFailure(error, this.#parts.directory)
    }
  }
}

/** The file system's clock, read off the lock as it is renewed. */
async function timeAfter(lock: Lock, disk: Disk, path: string): Promise<number> {
  await lock.renew()
  return (await disk.look(path))?.ctimeMs ?? 0
}
