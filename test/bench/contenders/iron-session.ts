import { getIronSession } from 'iron-session'
import Koa from 'koa'
import { isWrite } from '../app.js'
import { type Contender, type Fields, lifetime, secret } from '../contender.js'

const settings = {
  cookieName: 'session',
  password: secret,
  ttl: lifetime / 1000,
  cookieOptions: { secure: false },
}

/** Sealed into the cookie. It has to be opened before it is looked at and saved by hand, so only handlers that do so pay. */
export const ironSession: Contender = {
  name: 'iron-session on Koa',
  module: import.meta.url,
  framework: 'koa',
  store: 'cookie',
  packages: ['iron-session', 'koa'],
  async mount(_place, respond) {
    const app = new Koa()
    app.use(async ({ req, res, path, response }) => {
      if (path === '/') {
        response.body = respond(path, () => ({}))
        return
      }
      const session = await getIronSession<Fields>(req, res, settings)
      response.body = respond(path, () => session)
      if (isWrite(path)) await session.save()
    })
    return app.callback()
  },
}
