import Koa from 'koa'
import type { Contender } from '../contender.js'

/** Koa without sessions: what everything on Koa is measured above. */
export const bareKoa: Contender = {
  name: 'bare Koa',
  framework: 'koa',
  store: 'none',
  packages: ['koa'],
  async mount(_place, respond) {
    const app = new Koa()
    const fields = { user: 'ada.lovelace@example.org' }
    app.use(async (ctx) => {
      ctx.body = respond(ctx.path, () => fields)
    })
    return app.callback()
  },
}
