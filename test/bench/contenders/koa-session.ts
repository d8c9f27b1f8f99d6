import { Redis } from 'ioredis'
import Koa from 'koa'
import redisStore from 'koa-redis'
import { createSession } from 'koa-session'
import LocalStore from 'koa-session-local'
import { type Contender, type Fields, lifetime, type Place, type Rest, secret } from '../contender.js'

interface KoaSessionStore {
  get(key: string): Promise<object | null | undefined>
  set(key: string, session: object, maxAge: number, options?: object): Promise<unknown>
  destroy(key: string): Promise<unknown>
}

function koaSession(name: string, store: Rest, packages: string[], open: (place: Place) => KoaSessionStore): Contender {
  return {
    name,
    module: import.meta.url,
    framework: 'koa',
    store,
    packages: ['koa-session', ...packages, 'koa'],
    async mount(place, respond) {
      const app = new Koa()
      app.keys = [secret]
      const kept = open(place)
      // koa-session takes the methods off the store, so they are bound here.
      const store = {
        get: (key: string) => kept.get(key),
        set: (...given: Parameters<KoaSessionStore['set']>) => kept.set(...given),
        destroy: (key: string) => kept.destroy(key),
      }
      app.use(createSession({ store: store as never, maxAge: lifetime }, app))
      app.use(async (ctx) => {
        ctx.body = respond(ctx.path, () => Reflect.get(ctx, 'session') as unknown as Fields)
      })
      return app.callback()
    },
  }
}

/** The least that a store for koa-session can be, on the client that this package uses. */
function minimalStore({ redis }: Place): KoaSessionStore {
  const client = new Redis(redis)
  return {
    async get(key) {
      const text = await client.get(`minimal:${key}`)
      return text ? JSON.parse(text) : undefined
    },
    set: (key, session, maxAge) => client.set(`minimal:${key}`, JSON.stringify(session), 'PX', maxAge),
    destroy: (key) => client.del(`minimal:${key}`),
  }
}

export const koaSessionOnIoredis = koaSession('koa-session + minimal ioredis store', 'redis', ['ioredis'], minimalStore)

export const koaSessionOnKoaRedis = koaSession('koa-session + koa-redis', 'redis', ['koa-redis'], ({ redis }) =>
  redisStore({ url: redis }),
)

/** Keeps sessions in the process's memory, whatever its name says. */
export const koaSessionLocal = koaSession(
  'koa-session + koa-session-local',
  'memory',
  ['koa-session-local'],
  () => new LocalStore(),
)
