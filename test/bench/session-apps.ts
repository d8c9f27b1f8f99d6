import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import koaSession from 'koa-session'
import { redisStore, sharedSession } from 'koa-shared-session'

type Fields = Record<string, unknown>

/** A served app with sessions. */
export interface SessionApp {
  readonly name: string
  readonly origin: string
  close(): Promise<void>
}

const key = 'Zk8wq1TzF0s6nYbVx3uLr9eHc2aJd5mPg7KoQi4tNfE'
const silent = { info() {}, warn() {}, error() {} }

/** This package, on Redis. */
export async function ours(redis: string, hold: () => Promise<void> = async () => undefined): Promise<SessionApp> {
  const app = new Koa()
  const sessions = sharedSession({ keys: key, store: redisStore({ redis }), logger: silent })
  app.use(sessions)
  // The look for other processes is taken now and then, not for each request.
  await sessions.check()
  return serve('koa-shared-session', app, hold, () => sessions.close())
}

/** koa-session with koa-redis, as its README shows it. */
export function koaRedis(redis: string): Promise<SessionApp> {
  const app = new Koa()
  app.keys = [key]
  const load = createRequire(import.meta.url)
  const store = load('koa-redis')({ url: redis })
  app.use(koaSession({ store }, app))
  return serve(
    'koa-session + koa-redis',
    app,
    async () => undefined,
    async () => store.client.disconnect(),
  )
}

async function serve(name: string, app: Koa, hold: () => Promise<void>, end: () => Promise<void>): Promise<SessionApp> {
  app.use(async (ctx) => {
    ctx.body = 'done'
    await handle(ctx as Context, hold)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await end()
  }
  return { name, origin, close }
}

async function handle(ctx: Context, hold: () => Promise<void>): Promise<void> {
  const fields = () => ctx.session as unknown as Fields
  const [, act, field = 'field'] = ctx.path.split('/')
  if (act === 'start') fields().user = 'ada'
  if (act === 'read') ctx.body = String(fields().user)
  if (act === 'write') {
    fields()[field] = Number(fields()[field] ?? 0) + 1
    await hold()
  }
  if (act === 'login') {
    fields().user = 'grace'
    await ctx.session.regenerate()
  }
  if (act === 'logout') ctx.session = null
}

/** Asks with these cookies, and answers them as the response leaves them. */
export async function ask(app: SessionApp, path: string, cookie = ''): Promise<string> {
  const response = await fetch(app.origin + path, { headers: { connection: 'close', ...(cookie && { cookie }) } })
  if (response.status !== 200) throw new Error(`${app.name} answered ${response.status} to ${path}`)
  await response.text()
  const lines = response.headers.getSetCookie()
  return lines.length === 0 ? cookie : lines.map((line) => line.split(';')[0]).join('; ')
}
