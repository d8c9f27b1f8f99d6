import session from 'express-session'
import fileStore from 'session-file-store'
import type { Peer } from '../peer.js'
import { expressApp } from './express-app.js'

export const expressOnFiles: Peer = {
  name: 'express-session + session-file-store',
  packages: ['express-session', 'session-file-store', 'express'],
  store: 'files',
  options: '`path`, a silent `logFn`; `resave: false`, `saveUninitialized: false`, `rolling` as in the column',
  async mount({ rolling, directory }, respond) {
    const FileStore = fileStore(session)
    return expressApp(new FileStore({ path: directory, logFn: () => {} }), rolling, respond)
  },
}
