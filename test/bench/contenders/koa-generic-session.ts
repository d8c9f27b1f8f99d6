import Koa from 'koa'
import session from 'koa-generic-session'
import redisStore from 'koa-redis'
import { type Contender, type Fields, secret } from '../contender.js'

export const koaGenericSession: Contender = {
  name: 'koa-generic-session + koa-redis',
  module: import.meta.url,
  framework: 'koa',
  store: 'redis',
  packages: ['koa-generic-session', 'koa-redis', 'koa'],
  async mount({ redis }, respond) {
    const app = new Koa()
    app.keys = [secret]
    app.use(session({ store: redisStore({ url: redis }), rolling: false }))
    app.use(async (ctx) => {
      ctx.body = respond(ctx.path, () => Reflect.get(ctx, 'session') as unknown as Fields)
    })
    return app.callback()
  },
}
