import { fastify } from 'fastify'
import { bareFields, type Contender } from '../contender.js'

export const bareFastify: Contender = {
  name: 'bare Fastify',
  module: import.meta.url,
  framework: 'fastify',
  store: 'none',
  packages: ['fastify'],
  async mount(_place, respond) {
    const app = fastify()
    app.get('*', async (request) => respond(request.url, bareFields))
    await app.ready()
    return app.routing
  },
}
