import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bareFields, type Contender } from '../contender.js'

export const bareHono: Contender = {
  name: 'bare Hono',
  module: import.meta.url,
  framework: 'hono',
  store: 'none',
  packages: ['hono', '@hono/node-server'],
  async mount(_place, respond) {
    const app = new Hono()
    app.get('*', (context) => context.text(respond(context.req.path, bareFields)))
    return getRequestListener(app.fetch)
  },
}
