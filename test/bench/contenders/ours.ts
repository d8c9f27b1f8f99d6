import Koa from 'koa'
import {
  fileStore,
  memoryStore,
  redisStore,
  type SharedSessionOptions,
  type Store,
  sharedSession,
} from 'koa-shared-session'
import { type Contender, type Fields, inBatches, lifetime, type Place, secret } from '../contender.js'

const silent = { info: () => {}, warn: () => {}, error: console.error }

interface Kept {
  readonly name: string
  readonly store: 'redis' | 'files' | 'memory'
  readonly packages: readonly string[]
  readonly options: (place: Place) => SharedSessionOptions
  /** Opens the store as another process would; memory has no such way. */
  readonly open?: (place: Place) => Store
}

function ours({ name, store, packages, options, open }: Kept): Contender {
  return {
    name,
    module: import.meta.url,
    framework: 'koa',
    store,
    packages: ['koa-shared-session', 'koa', ...packages],
    async mount(place, respond) {
      const app = new Koa()
      app.use(sharedSession({ keys: secret, logger: silent, storeTimeout: 10_000, ...options(place) }))
      app.use(async (ctx) => {
        ctx.body = respond(ctx.path, () => ctx.session as unknown as Fields)
      })
      return app.callback()
    },
    async stock(place, { ids, fields, expires = Date.now() + lifetime }) {
      const kept = open?.(place)
      if (!kept) throw new Error(`nobody but the server reaches ${name}`)
      const now = expires - lifetime
      const data = `{"v":1,"created":${now},"saved":${now},"life":${lifetime},"data":${JSON.stringify(fields)}}`
      await inBatches(ids, (id) => kept.write(id, { data, expires }))
      await kept.close()
    },
  }
}

export const oursOnRedis = ours({
  name: 'koa-shared-session, Redis',
  store: 'redis',
  packages: ['ioredis'],
  options: ({ redis }) => ({ store: 'redis', redis }),
  open: redisStore,
})

export const oursOnFiles = ours({
  name: 'koa-shared-session, files',
  store: 'files',
  packages: [],
  options: ({ directory }) => ({ store: 'file', directory }),
  open: ({ directory }) => fileStore({ directory, fileThreshold: Number.MAX_SAFE_INTEGER }),
})

export const oursInMemory = ours({
  name: 'koa-shared-session, memory',
  store: 'memory',
  packages: [],
  options: () => ({ store: memoryStore() }),
})
