import type { RequestListener } from 'node:http'
import express, { type Request } from 'express'
import session, { type ExpressSession, type ExpressStore } from 'express-session'
import type { Fields, PeerSession, Respond } from '../peer.js'
import { fieldsOf } from './plain-session.js'
import { secret } from './secret.js'

const settled = (start: (done: (error?: unknown) => void) => void) =>
  new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())))

/** An Express app with express-session on the given store. */
export function expressApp(store: ExpressStore, rolling: boolean, respond: Respond): RequestListener {
  const app = express()
  app.use(session({ store, secret, resave: false, saveUninitialized: false, rolling }))
  app.use(async (request, response) => {
    response.send(await respond(request.url, sessionOf(request)))
  })
  return app
}

function sessionOf(request: Request): PeerSession {
  const session = () => Reflect.get(request, 'session') as ExpressSession & Fields
  const fields = fieldsOf(session)
  return {
    ...fields,
    logout: () => settled((done) => session().destroy(done)),
    async regenerate() {
      const kept = fields.all()
      await settled((done) => session().regenerate(done))
      Object.assign(session(), kept)
    },
  }
}
