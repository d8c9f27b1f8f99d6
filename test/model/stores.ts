import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { Store } from '../../lib/core/store.js'
import { realDisk } from '../../lib/stores/file/disk.js'
import { FileStore } from '../../lib/stores/file/file-store.js'
import { fileStore } from '../../lib/stores/file.js'
import { memoryStore } from '../../lib/stores/memory.js'
import { redisStore } from '../../lib/stores/redis.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import type { Turnstile } from './turnstile.js'

/** Two handles on data that nothing else uses. */
export interface Pair {
  readonly handles: readonly [Store, Store]
  close(): Promise<void>
}

/** A kind of store that the model is held against. */
export interface Kind {
  readonly name: string
  /** How many cases it can do in the time that a hundred cases on files take. */
  readonly cases: number
  begin(): Promise<void>
  /** A turnstile orders the smaller steps of a kind that is made of such. */
  open(turnstile?: Turnstile): Promise<Pair>
  end(): Promise<void>
}

const nothing = async () => undefined

const memory: Kind = {
  name: 'memory',
  cases: 1000,
  begin: nothing,
  end: nothing,
  // It keeps its data in the handle, so the second handle is the first.
  async open() {
    const store = memoryStore()
    return { handles: [store, store], close: () => store.close() }
  },
}

function onFiles(name: string, cases: number, handle: (directory: string, turnstile?: Turnstile) => Store): Kind {
  let root = ''
  return {
    name,
    cases,
    begin: async () => {
      root = mkdtempSync(join(tmpdir(), 'model-'))
    },
    end: async () => rmSync(root, { recursive: true, force: true }),
    async open(turnstile) {
      const directory = mkdtempSync(join(root, 'run-'))
      const handles = [handle(directory, turnstile), handle(directory, turnstile)] as const
      const close = async () => {
        await Promise.all(handles.map((store) => store.close()))
        rmSync(directory, { recursive: true, force: true })
      }
      return { handles, close }
    },
  }
}

function onRedis(): Kind {
  let server: RedisServer
  let clients: [Redis, Redis]
  let runs = 0
  return {
    name: 'Redis',
    cases: 150,
    async begin() {
      server = await startRedis()
      clients = [server.client(), server.client()]
    },
    async end() {
      for (const client of clients) client.disconnect()
      await server.stop()
    },
    async open() {
      const prefix = `run${runs++}:`
      const [first, second] = clients
      return { handles: [redisStore({ redis: first, prefix }), redisStore({ redis: second, prefix })], close: nothing }
    },
  }
}

const files = onFiles('files', 100, (directory) => fileStore({ directory }))

/** Files, with the system calls of both handles in an order that the case chooses. */
export const filesByCall = onFiles('files, call by call', 100, (directory, turnstile) => {
  const disk = turnstile?.around('disk', realDisk) ?? realDisk
  return new FileStore({ disk, directory, fileThreshold: 1000, leftoverAge: 60_000 })
})

/** Runs the same tests on every kind of store. */
export function onEachKind(title: string, tests: (kind: Kind) => void, also: readonly Kind[] = []): void {
  for (const kind of [memory, files, ...also, onRedis()])
    describe(`${title}, ${kind.name}`, () => {
      before(() => kind.begin())
      after(() => kind.end())
      tests(kind)
    })
}
