import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileStore, memoryStore, redisStore, type Store } from 'koa-shared-session'
import { type RedisServer, startRedis } from '../servers/redis.js'

/** A kind of store to run tests on: opened for each test, closed after it. */
export interface StoreUnderTest {
  name: string
  begin(): Promise<void>
  open(): Store
  end(): Promise<void>
}

function onFiles(): StoreUnderTest {
  let directory = ''
  return {
    name: 'files',
    begin: async () => {
      directory = mkdtempSync(join(tmpdir(), 'sessions-'))
    },
    open: () => fileStore({ directory }),
    end: async () => rmSync(directory, { recursive: true }),
  }
}

function onRedis(): StoreUnderTest {
  let server: RedisServer
  return {
    name: 'Redis',
    begin: async () => {
      server = await startRedis()
    },
    open: () => redisStore({ redis: server.url }),
    end: () => server.stop(),
  }
}

const inMemory: StoreUnderTest = {
  name: 'memory',
  begin: async () => undefined,
  open: () => memoryStore(),
  end: async () => undefined,
}

/** Runs the same tests on every store; `open()` gives a fresh handle, closed by whoever uses it. */
export function onEachStore(title: string, tests: (open: () => Store) => void): void {
  for (const kind of [inMemory, onFiles(), onRedis()])
    describe(`${title}, ${kind.name}`, () => {
      before(() => kind.begin())
      after(() => kind.end())
      tests(() => kind.open())
    })
}
