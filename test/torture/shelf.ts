import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type Entry, fileStore, redisStore, type Store } from 'koa-shared-session'
import type { Jar } from './jar.js'
import type { Peer, Setting } from './peer.js'
import type { Visitor } from './visitor.js'

const sha256 = (text: string, encoding: 'hex' | 'base64url') => createHash('sha256').update(text).digest(encoding)

/** How long the record of a replaced id may stay, in ms. */
const grace = 10_000

/** Looks past the app into the store of ours, to see what is really there. */
export class Shelf {
  readonly #store: Store
  readonly #listLive: () => Promise<string[]>
  readonly #nameOf: (key: string) => string

  constructor(kind: Peer['store'], { redis, directory }: Setting) {
    this.#store = kind === 'redis' ? redisStore({ redis }) : fileStore({ directory })
    this.#listLive = kind === 'redis' ? () => liveInRedis(redis) : () => liveInFiles(directory)
    this.#nameOf = kind === 'redis' ? (key) => `session:${key}` : (key) => sha256(key, 'hex')
  }

  /** The record a cookie leads to. */
  entry(jar: Jar): Promise<Entry | undefined> {
    return this.#store.read(keyOf(jar))
  }

  /** A session that can be used: not only the short rest of a replaced id. */
  async isLive(jar: Jar): Promise<boolean> {
    const entry = await this.entry(jar)
    return entry !== undefined && !isRest(entry)
  }

  /** Holds everything stored against what the visitors should have. */
  async inspect(visitors: readonly Visitor[]): Promise<void> {
    const known = new Set<string>()
    for (const visitor of visitors) {
      for (const jar of [...visitor.jars.values(), visitor.jar]) if (jar.size > 0) known.add(this.#nameOf(keyOf(jar)))
      await this.#inspectOne(visitor)
    }
    const strangers = (await this.#listLive()).filter((name) => !known.has(name))
    const witness = visitors[0]
    for (const _ of strangers) witness?.found('doubleSession', 'the store holds a live session that no cookie leads to')
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  async #inspectOne(visitor: Visitor): Promise<void> {
    const current = visitor.jar.size > 0 ? keyOf(visitor.jar) : undefined
    for (const jar of visitor.jars.values()) {
      const entry = await this.entry(jar)
      if (entry && !isWhole(entry.data)) visitor.found('tornRecord', 'a stored record is not whole')
      if (keyOf(jar) === current && !entry) visitor.found('lostSession', 'the session in use is not stored')
      if (keyOf(jar) !== current && entry && !isRest(entry))
        visitor.found('resurrection', 'the session of a dead id is stored')
    }
  }
}

/** The record of a replaced id, about to end. */
export function isRest({ data, expires }: Entry): boolean {
  return /"successor":"[^"]+","data"/.test(data) && expires - Date.now() <= grace
}

function keyOf(jar: Jar): string {
  const [value = ''] = jar.values()
  return sha256(value.slice(0, value.indexOf('.')), 'base64url')
}

function isWhole(data: string): boolean {
  try {
    return typeof JSON.parse(data).data === 'object'
  } catch {
    return false
  }
}

async function liveInRedis(url: string): Promise<string[]> {
  const client = new Redis(url)
  try {
    const found = new Set<string>()
    for await (const keys of client.scanStream({ match: 'session:*', count: 1000 }))
      for (const key of keys) if (!key.startsWith('session:fleet:')) found.add(key)
    return [...found]
  } finally {
    client.disconnect()
  }
}

// A session is a file named by a hash alone; its deadline is the file's time.
async function liveInFiles(directory: string): Promise<string[]> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const live: string[] = []
  for (const file of files) {
    if (!file.isFile() || !/^[0-9a-f]{64}$/.test(file.name)) continue
    const path = join(file.parentPath, file.name)
    const stats = await stat(path).catch(() => undefined)
    // Where processes meet is no session.
    if (stats && stats.mtimeMs > Date.now() && !(await readFile(path, 'utf8')).includes('\n{"fleet":'))
      live.push(file.name)
  }
  return live
}
