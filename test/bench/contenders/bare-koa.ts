import Koa from 'koa'
import { bareFields, type Contender } from '../contender.js'

/** Koa without sessions: what everything on Koa is measured above. */
export const bareKoa: Contender = {
  name: 'bare Koa',
  module: import.meta.url,
  framework: 'koa',
  store: 'none',
  packages: ['koa'],
  async mount(_place, respond) {
    const app = new Koa()
    app.use(async (ctx) => {
      ctx.body = respond(ctx.path, bareFields)
    })
    return app.callback()
  },
}
