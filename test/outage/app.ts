import { createServer, type RequestListener } from 'node:http'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import Koa, { type Context } from 'koa'
import koaRedis from 'koa-redis'
import { createSession } from 'koa-session'
import { sharedSession } from 'koa-shared-session'
import { createClient } from 'redis'

// One app on one of the libraries: PEER says which, REDIS where its sessions are. It tells its port to its parent.
const secret = 'Zk8wq1TzF0s6nYbVx3uLr9eHc2aJd5mPg7KoQi4tNfE'
const redis = process.env.REDIS ?? ''

process.on('unhandledRejection', (error) => console.log(`UNHANDLED ${error}`))

const peers: Record<string, () => Promise<RequestListener>> = {
  'koa-shared-session': async () => {
    const app = new Koa()
    const say = (line: string) => console.log(`LOG ${line}`)
    const sessions = sharedSession({ keys: secret, redis, logger: { info: say, warn: say, error: say } })
    app.use(sessions.health('/health'))
    app.use(sessions)
    return koaApp(app)
  },
  'koa-session + koa-redis': async () => {
    const app = new Koa()
    app.keys = [secret]
    app.use(createSession({ store: koaRedis({ url: redis }) }, app))
    return koaApp(app)
  },
  'express-session + connect-redis': async () => {
    const client = createClient({ url: redis })
    client.on('error', () => undefined)
    await client.connect()
    const app = express()
    app.use(
      session({ store: new RedisStore({ client }), secret, resave: false, saveUninitialized: false, rolling: false }),
    )
    app.use((request, response, next) => {
      const own = Reflect.get(request, 'session') as Record<string, unknown> & { destroy(done: () => void): void }
      if (request.path === '/login') own.user = 'ada'
      if (request.path === '/change') own.count = Number(own.count ?? 0) + 1
      if (request.path !== '/logout') return void response.send(String(own?.user ?? 'nobody'))
      own.destroy((error?: unknown) => (error ? next(error) : response.send('out')))
    })
    return app
  },
}

function koaApp(app: Koa): RequestListener {
  app.silent = true
  app.use(async (ctx) => {
    const { path } = ctx
    const own = () => (ctx as Context).session as unknown as Record<string, unknown>
    if (path === '/logout') Reflect.set(ctx, 'session', null)
    if (path === '/login') own().user = 'ada'
    if (path === '/change') own().count = Number(own().count ?? 0) + 1
    ctx.body = path === '/logout' ? 'out' : String(own().user ?? 'nobody')
  })
  return app.callback()
}

const peer = peers[process.env.PEER ?? '']
if (!peer) throw new Error('PEER names none of the libraries')
const server = createServer(await peer())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
})
