import Koa from 'koa'
import { type SharedSessionOptions, sharedSession } from 'koa-shared-session'
import { type Contender, type Fields, type Place, secret } from '../contender.js'

const silent = { info: () => {}, warn: () => {}, error: console.error }

function ours(name: string, store: 'redis' | 'files', options: (place: Place) => SharedSessionOptions): Contender {
  return {
    name,
    framework: 'koa',
    store,
    packages: ['koa-shared-session', 'koa', ...(store === 'redis' ? ['ioredis'] : [])],
    async mount(place, respond) {
      const app = new Koa()
      app.use(sharedSession({ keys: secret, logger: silent, ...options(place) }))
      app.use(async (ctx) => {
        ctx.body = respond(ctx.path, () => ctx.session as unknown as Fields)
      })
      return app.callback()
    },
  }
}

export const oursOnRedis = ours('koa-shared-session, Redis', 'redis', ({ redis }) => ({ store: 'redis', redis }))
export const oursOnFiles = ours('koa-shared-session, files', 'files', ({ directory }) => ({ store: 'file', directory }))
