import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import type { Peer } from '../peer.js'
import { expressApp } from './express-app.js'

export const expressOnRedis: Peer = {
  name: 'express-session + connect-redis',
  packages: ['express-session', 'connect-redis', 'redis', 'express'],
  store: 'redis',
  options:
    '`resave: false`, `saveUninitialized: false` (required and recommended by connect-redis), `rolling` as in the column',
  async mount({ rolling, redis }, respond) {
    const client = await createClient({ url: redis }).connect()
    return expressApp(new RedisStore({ client }), rolling, respond)
  },
}
