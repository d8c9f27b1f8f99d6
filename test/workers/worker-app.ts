import Koa, { type Context } from 'koa'
import { createSession } from 'koa-session'
import { sharedSession } from 'koa-shared-session'

/** Who mounts sessions on an app: the package, or plain koa-session with a store in the memory of the process. */
const mounts = {
  'shared-session'(app: Koa) {
    app.use(sharedSession())
  },
  'koa-session'(app: Koa) {
    const stored = new Map<string, object>()
    app.keys = ['the same in all workers, so that only the store differs']
    app.use(
      createSession(
        {
          store: {
            get: async (key) => stored.get(key),
            set: async (key, session) => void stored.set(key, session),
            destroy: async (key) => void stored.delete(key),
          },
        },
        app,
      ),
    )
  },
}

export type Sessions = keyof typeof mounts

/** An app that logs in, and tells who is logged in and which process answered. */
export function workerApp(sessions: Sessions): Koa {
  const app = new Koa()
  mounts[sessions](app)
  app.use((ctx: Context) => {
    if (ctx.path === '/login') ctx.session.user = 'ada'
    ctx.body = { user: ctx.session.user ?? null, pid: process.pid }
  })
  return app
}
