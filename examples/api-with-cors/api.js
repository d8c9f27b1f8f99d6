import cors from '@koa/cors'
import Koa from 'koa'
import Router from 'koa-router'
import { sharedSession } from 'koa-shared-session'

/** An API for pages of the sites in `origins`. */
export function createApi(origins) {
  const app = new Koa()
  // An origin that is not in the list gets no CORS headers. With credentials, `*` is no answer that browsers take.
  app.use(cors({ origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''), credentials: true }))
  app.use(refuseStrangers(origins))
  app.use(sharedSession({ cookie: { sameSite: 'none', secure: true, partitioned: true } }))
  app.use(createRouter().routes())
  return app
}

/**
 * With SameSite=None the cookie comes with what any site sends, and CORS only hides the answer: the request itself is
 * done. So whatever changes something must come from a page that we know (CWE-352).
 */
function refuseStrangers(origins) {
  return async (ctx, next) => {
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(ctx.method)
    if (!reads && !origins.includes(ctx.get('Origin'))) ctx.throw(403, 'This page may not change anything here.')
    await next()
  }
}

function createRouter() {
  const router = new Router()

  router.get('/me', (ctx) => {
    ctx.body = answer(ctx)
  })

  router.post('/login', async (ctx) => {
    await ctx.session.regenerate()
    ctx.session.user = 'ada'
    ctx.body = answer(ctx)
  })

  router.post('/logout', (ctx) => {
    ctx.session = null
    ctx.body = answer(ctx)
  })

  return router
}

const answer = (ctx) => ({ user: ctx.session?.user ?? null, worker: process.env.KOA_SESSION_WORKER_ID })
