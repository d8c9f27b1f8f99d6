import cookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import { RedisStore } from 'connect-redis'
import { fastify } from 'fastify'
import { createClient } from 'redis'
import { type Contender, type Fields, secret } from '../contender.js'

export const fastifyOnRedis: Contender = {
  name: '@fastify/session + connect-redis',
  module: import.meta.url,
  framework: 'fastify',
  store: 'redis',
  packages: ['@fastify/session', '@fastify/cookie', 'connect-redis', 'redis', 'fastify'],
  async mount({ redis }, respond) {
    const store = new RedisStore({ client: await createClient({ url: redis }).connect() })
    const app = fastify()
    await app.register(cookie)
    const settings = { secret, store, rolling: false, saveUninitialized: false, cookie: { secure: false } }
    await app.register(fastifySession, settings)
    app.get('*', async (request) => respond(request.url, () => request.session as unknown as Fields))
    await app.ready()
    return app.routing
  },
}
