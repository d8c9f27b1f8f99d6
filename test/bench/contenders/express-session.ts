import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RedisStore } from 'connect-redis'
import express from 'express'
import session, { type ExpressStore } from 'express-session'
import { createClient } from 'redis'
import fileStore from 'session-file-store'
import { type Contender, type Fields, inBatches, type Place, type Rest, type Stock, secret } from '../contender.js'

function expressSession(
  name: string,
  store: Rest,
  packages: string[],
  open: (place: Place) => Promise<ExpressStore>,
  stock?: Stock,
): Contender {
  return {
    name,
    module: import.meta.url,
    framework: 'express',
    store,
    packages: ['express-session', ...packages, 'express'],
    async mount(place, respond) {
      const app = express()
      const store = await open(place)
      app.use(session({ store, secret, resave: false, saveUninitialized: false, rolling: false }))
      app.use((request, response) => {
        response.send(respond(request.path, () => Reflect.get(request, 'session') as unknown as Fields))
      })
      return app
    },
    ...(stock && { stock }),
  }
}

export const expressOnRedis = expressSession(
  'express-session + connect-redis',
  'redis',
  ['connect-redis', 'redis'],
  async ({ redis }) => new RedisStore({ client: await createClient({ url: redis }).connect() }) as ExpressStore,
)

export const expressOnFiles = expressSession(
  'express-session + session-file-store',
  'files',
  ['session-file-store'],
  async ({ directory }) => new (fileStore(session))({ path: directory, logFn: () => {} }),
  ({ directory }, { ids, fields }) => {
    const text = JSON.stringify({
      cookie: { originalMaxAge: null, expires: null, httpOnly: true, path: '/' },
      ...fields,
      __lastAccess: Date.now(),
    })
    return inBatches(ids, (id) => writeFile(join(directory, `${id}.json`), text))
  },
)
