import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { sessionMiddleware } from 'hono-sessions'
import { Redis } from 'ioredis'
import { type Contender, type Fields, lifetime, secret } from '../contender.js'

/** What hono-sessions offers of a session: one value at a time. */
interface HonoSession {
  get(name: string): unknown
  set(name: string, value: unknown): void
}

const seconds = lifetime / 1000

/** It has no Redis store of its own: this is the least that one can be. */
function minimalStore(redis: string) {
  const client = new Redis(redis)
  const put = async (id: string, session: object) => {
    await client.set(`hono:${id}`, JSON.stringify(session), 'EX', seconds)
  }
  return {
    async getSessionById(id: string) {
      const text = await client.get(`hono:${id}`)
      return text ? JSON.parse(text) : undefined
    },
    createSession: put,
    persistSessionData: put,
    async deleteSession(id: string) {
      await client.del(`hono:${id}`)
    },
  }
}

/** Its values look like fields to the app. */
function fieldsOf(session: HonoSession): Fields {
  return new Proxy<Fields>(
    {},
    {
      get: (_target, name) => session.get(String(name)),
      set(_target, name, value) {
        session.set(String(name), value)
        return true
      },
    },
  )
}

export const honoOnRedis: Contender = {
  name: 'hono-sessions + minimal ioredis store',
  module: import.meta.url,
  framework: 'hono',
  store: 'redis',
  packages: ['hono-sessions', 'ioredis', 'hono', '@hono/node-server'],
  async mount({ redis }, respond) {
    const app = new Hono<{ Variables: { session: HonoSession } }>()
    app.use('*', sessionMiddleware({ store: minimalStore(redis), encryptionKey: secret, expireAfterSeconds: seconds }))
    app.get('*', (context) => context.text(respond(context.req.path, () => fieldsOf(context.get('session')))))
    return getRequestListener(app.fetch)
  },
}
