import Koa, { type Context } from 'koa'
import Router from 'koa-router'
import { sharedSession } from 'koa-shared-session'

/** The app. What `ctx.session` holds is declared in session-data.ts. */
export function createApp(): Koa {
  const router = new Router()

  router.post('/login', async (ctx) => {
    await ctx.session.regenerate()
    ctx.session.user = { name: 'ada', role: 'editor' }
    answer(ctx)
  })

  router.get('/', async (ctx) => {
    // A counter is computed from what is stored by then, so that parallel visits are all counted.
    if (ctx.session.user) await ctx.session.update(countVisit)
    answer(ctx)
  })

  const app = new Koa()
  app.use(sharedSession())
  app.use(router.routes())
  return app
}

const countVisit = (fields: { visits?: number }) => {
  fields.visits = (fields.visits ?? 0) + 1
}

function answer(ctx: Context): void {
  const { user, visits = 0 } = ctx.session
  ctx.body = {
    user: user?.name ?? null,
    mayEdit: user?.role === 'editor',
    visits,
    worker: process.env.KOA_SESSION_WORKER_ID,
  }
}
