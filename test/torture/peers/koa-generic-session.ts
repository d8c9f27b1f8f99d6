import Koa, { type Context } from 'koa'
import session from 'koa-generic-session'
import redisStore from 'koa-redis'
import type { Fields, Peer } from '../peer.js'
import { fieldsOf } from './plain-session.js'
import { secret } from './secret.js'

/** What koa-generic-session puts on the context. */
type WithSession = { session: Fields | null; regenerateSession(): Promise<void> }

export const koaGenericSession: Peer = {
  name: 'koa-generic-session + koa-redis',
  packages: ['koa-generic-session', 'koa-redis', 'koa'],
  store: 'redis',
  options: '`store: redisStore({ url })`, `rolling` as in the column, all else default',
  async mount({ rolling, redis }, respond) {
    const app = new Koa()
    app.keys = [secret]
    app.use(session({ store: redisStore({ url: redis }), rolling }))
    app.use(async (context: Context) => {
      const ctx = context as unknown as WithSession
      const fields = fieldsOf(() => ctx.session ?? {})
      context.body = await respond(context.url, {
        ...fields,
        logout: () => {
          ctx.session = null
        },
        regenerate: async () => {
          const kept = fields.all()
          await ctx.regenerateSession()
          Object.assign(ctx.session ?? {}, kept)
        },
      })
    })
    return app.callback()
  },
}
