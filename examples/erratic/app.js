import Koa from 'koa'
import Router from 'koa-router'

/** A login and a page that asks who one is. `sessions` makes the session middleware: all else is the same for both. */
export function createApp(prefix, sessions) {
  const app = new Koa()
  app.use(sessions(app))
  const router = new Router({ prefix })

  router.post('/login', async (ctx) => {
    if (!ctx.session.isNew) await ctx.session.regenerate()
    ctx.session.user = 'Ada'
    ctx.body = answer(ctx)
  })

  router.get('/who', (ctx) => {
    ctx.body = answer(ctx)
  })

  app.use(router.routes())
  return app
}

const answer = (ctx) => ({ user: ctx.session.user ?? null, worker: Number(process.env.KOA_SESSION_WORKER_ID ?? 1) })
