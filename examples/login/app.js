import Koa from 'koa'
import Router from 'koa-router'
import { sharedSession } from 'koa-shared-session'
import { readForm } from './form.js'
import { page } from './page.js'

const longestName = 40

/** The app. Sessions need no option. */
export function createApp() {
  const app = new Koa()
  app.use(sharedSession())
  app.use(createRouter().routes())
  return app
}

function createRouter() {
  const router = new Router()

  router.get('/', (ctx) => {
    const { user, clicks = 0 } = ctx.session
    ctx.body = page({ user, clicks, worker: workerName() })
  })

  router.post('/login', async (ctx) => {
    const form = await readForm(ctx)
    const user = form.get('name')?.trim().slice(0, longestName)
    if (!user) ctx.throw(400, 'A name is needed.')
    // A new id at login: one that somebody else planted in this browser before is worth nothing, and never sees the user.
    await ctx.session.regenerate()
    ctx.session.user = user
    ctx.redirect('/')
  })

  router.post('/count', async (ctx) => {
    // Computed from the latest stored number, so that clicks in several tabs are all counted.
    if (ctx.session.user) await ctx.session.update(countClick)
    ctx.redirect('/')
  })

  router.post('/logout', (ctx) => {
    ctx.session = null
    ctx.redirect('/')
  })

  return router
}

function countClick(fields) {
  fields.clicks = (fields.clicks ?? 0) + 1
}

const workerName = () => `worker ${process.env.KOA_SESSION_WORKER_ID ?? 'alone'}, pid ${process.pid}`
