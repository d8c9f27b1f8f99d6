import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

const app = new Koa()
// nginx ends TLS and is the only one who can reach this port, so what it says about the visitor is true.
app.proxy = true
app.maxIpsCount = 1

const sessions = sharedSession()
app.use(sessions.health('/ready'))
app.use(sessions)
app.use(async (ctx) => {
  await ctx.session.update((fields) => {
    fields.views = (fields.views ?? 0) + 1
  })
  const { views } = ctx.session
  ctx.body = { views, worker: process.env.KOA_SESSION_WORKER_ID, secure: ctx.secure, host: ctx.host, ip: ctx.ip }
})

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1')
// Longer than nginx keeps an idle connection (60 s), so that it never writes to one that is closing here.
server.keepAliveTimeout = 65_000
