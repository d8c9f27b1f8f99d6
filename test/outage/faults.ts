import type { Redis } from 'ioredis'
import type { RedisServer } from '../servers/redis.js'
import type { Gate } from './gate.js'

/** A server and the way to it, both to be broken. */
export interface Scene {
  readonly gate: Gate
  readonly server: RedisServer
  /** A connection that does not go through the gate. */
  readonly admin: Redis
}

/** Something that goes wrong with Redis. */
export interface Fault {
  readonly title: string
  /** What still works: reading a session, or nothing. */
  readonly serves: 'nothing' | 'reads'
  /** The server can still end sessions. */
  readonly ends?: true
  begin(scene: Scene): Promise<unknown>
  end(scene: Scene): Promise<unknown>
}

const flap = new WeakMap<Scene, { stop: () => Promise<void> }>()

/** Everything that goes wrong with one server, by name. */
export const faults: Record<string, Fault> = {
  refused: {
    title: 'connection refused',
    serves: 'nothing',
    begin: ({ gate }) => gate.shut(),
    end: ({ gate }) => gate.open(),
  },
  'black hole': {
    title: 'accepts and never answers (SIGSTOP)',
    serves: 'nothing',
    begin: async ({ server }) => server.pause(),
    end: async ({ server }) => server.resume(),
  },
  slow: {
    title: 'every reply takes 3 s',
    serves: 'nothing',
    async begin({ gate }) {
      gate.passage = { late: 3000 }
    },
    end: ({ gate }) => gate.open(),
  },
  reset: {
    title: 'connection reset in the middle of every reply',
    serves: 'nothing',
    async begin({ gate }) {
      gate.passage = 'reset'
    },
    end: ({ gate }) => gate.open(),
  },
  flapping: {
    title: 'refused and back every 100 ms',
    serves: 'nothing',
    async begin(scene) {
      let running = true
      const turns = (async () => {
        while (running) {
          await scene.gate.shut()
          await new Promise((resolve) => setTimeout(resolve, 100))
          await scene.gate.open()
        }
      })()
      const stop = async () => {
        running = false
        await turns
      }
      flap.set(scene, { stop })
    },
    end: async (scene) => flap.get(scene)?.stop(),
  },
  'wrong password': {
    title: 'wrong password (NOAUTH)',
    serves: 'nothing',
    async begin({ admin, gate }) {
      await admin.config('SET', 'requirepass', 'another password')
      await gate.shut()
      await gate.open()
    },
    end: ({ admin }) => admin.config('SET', 'requirepass', ''),
  },
  LOADING: {
    title: 'loading its data (LOADING)',
    serves: 'nothing',
    async begin({ admin }) {
      const fill = admin.pipeline()
      for (let number = 0; number < 200; number += 1) fill.set(`filler:${number}`, 'x'.repeat(1000))
      await fill.exec()
      await admin.config('SET', 'key-load-delay', '20000')
      await admin.config('SET', 'loading-process-events-interval-bytes', '1024')
      const loading = admin.call('DEBUG', 'RELOAD')
      loading.catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 100))
    },
    end: ({ admin }) => admin.config('SET', 'key-load-delay', '0'),
  },
  READONLY: {
    title: 'a read-only replica (READONLY)',
    serves: 'reads',
    begin: ({ admin }) => admin.call('REPLICAOF', '127.0.0.1', '9'),
    end: ({ admin }) => admin.call('REPLICAOF', 'NO', 'ONE'),
  },
  OOM: {
    title: 'out of memory (OOM, noeviction)',
    serves: 'reads',
    ends: true,
    begin: ({ admin }) => admin.config('SET', 'maxmemory', '1'),
    end: ({ admin }) => admin.config('SET', 'maxmemory', '0'),
  },
}
