import Koa from 'koa'
import redisStore from 'koa-redis'
import { createSession } from 'koa-session'
import type { Fields, Peer } from '../peer.js'
import { fieldsOf } from './plain-session.js'
import { secret } from './secret.js'

/** What koa-session puts at ctx.session. */
type KoaSession = Fields & { regenerate(): Promise<void> }

export const koaSession: Peer = {
  name: 'koa-session + koa-redis',
  packages: ['koa-session', 'koa-redis', 'koa'],
  store: 'redis',
  options: '`store: redisStore({ url })`, `rolling` as in the column, all else default',
  async mount({ rolling, redis }, respond) {
    const app = new Koa()
    app.keys = [secret]
    const kept = redisStore({ url: redis })
    // koa-session takes the methods off the store, so they are bound here.
    const store = {
      get: (key: string) => kept.get(key),
      set: (key: string, session: object, maxAge: number) => kept.set(key, session, maxAge),
      destroy: (key: string) => kept.destroy(key),
    }
    app.use(createSession({ store, rolling }, app))
    app.use(async (ctx) => {
      const session = () => Reflect.get(ctx, 'session') as unknown as KoaSession
      ctx.body = await respond(ctx.url, {
        ...fieldsOf(session),
        logout: () => void Reflect.set(ctx, 'session', null),
        regenerate: () => session().regenerate(),
      })
    })
    return app.callback()
  },
}
