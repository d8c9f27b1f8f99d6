import cookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import { RedisStore } from 'connect-redis'
import { type FastifyRequest, fastify } from 'fastify'
import { createClient } from 'redis'
import type { Fields, Peer } from '../peer.js'
import { fieldsOf } from './plain-session.js'
import { secret } from './secret.js'

export const fastifyOnRedis: Peer = {
  name: '@fastify/session + connect-redis',
  packages: ['@fastify/session', '@fastify/cookie', 'connect-redis', 'redis', 'fastify'],
  store: 'redis',
  options:
    '`cookie: { secure: false }` (plain HTTP), `saveUninitialized: false`, `rolling` as in the column (its default is on)',
  async mount({ rolling, redis }, respond) {
    const client = await createClient({ url: redis }).connect()
    const app = fastify()
    await app.register(cookie)
    const store = new RedisStore({ client })
    await app.register(fastifySession, { secret, store, rolling, saveUninitialized: false, cookie: { secure: false } })
    app.get('/', (request) => respond(request.url, sessionOf(request)))
    await app.ready()
    return app.routing
  },
}

function sessionOf(request: FastifyRequest) {
  const fields = fieldsOf(() => request.session as unknown as Fields)
  return {
    ...fields,
    logout: () => request.session.destroy(),
    regenerate: () => request.session.regenerate(Object.keys(fields.all()) as never[]),
  }
}
