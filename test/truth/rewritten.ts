import { join } from 'node:path'
import { projectRoot } from '../project.js'

/** A small app before the migration, and how it is run. */
export interface RewrittenApp {
  readonly files: Readonly<Record<string, string>>
  /** What to run of it. */
  readonly entry?: string
  /** Variables that it needs besides ours. */
  readonly env?: Readonly<Record<string, string>>
  /** Redis must be there. */
  readonly redis?: boolean
  /** Must be compiled before it runs. */
  readonly compile?: boolean
}

type Json = Readonly<Record<string, unknown>>

export const manifest = (dependencies: Json, more: Json = {}, indent: string | number = 2): string =>
  `${JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { start: 'node app.js' }, dependencies: { koa: '^3.0.0', ...dependencies }, ...more }, null, indent)}\n`

/** /login logs in, / says who is logged in and which process answered. */
const routes = (app = 'app') => `${app}.use((ctx) => {
  if (ctx.path === '/login') ctx.session.user = 'ada'
  ctx.body = { user: ctx.session.user ?? null, pid: process.pid }
})
`
const listens = (app = 'app') => `${app}.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')\n`
const tail = routes() + listens()

const koaSession = { 'koa-session': '^7.0.0' }

const typescript = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      skipLibCheck: true,
      noUnusedLocals: true,
      rootDir: 'src',
      outDir: 'dist',
      types: ['node'],
      typeRoots: [join(projectRoot, 'node_modules/@types')],
    },
    include: ['src'],
  }),
}

/** Apps as people write them, each with what a rewrite must see. */
export const apps: Readonly<Record<string, RewrittenApp>> = {
  'koa-session in the cookie, an ES module, keys given to new Koa()': {
    files: {
      'package.json': manifest(koaSession, { type: 'module' }),
      'app.js': `import Koa from 'koa';
import session, { createSession } from 'koa-session';

const CONFIG = {
  key: 'shop.sess', // its name
  maxAge: 86400000,
  overwrite: true,
  httpOnly: true,
  signed: true,
  rolling: false,
  renew: false,
};

const app = new Koa({ keys: ['some secret hurr'] });
app.use(createSession(CONFIG, app));
${tail}`,
    },
  },
  'koa-session on a Map, with a random key': {
    files: {
      'package.json': manifest(koaSession),
      'app.js': `const crypto = require('crypto')
const Koa = require('koa')
const { createSession: session } = require('koa-session')

const app = new Koa()
app.keys = [crypto.randomBytes(32).toString('hex')]

// every session of this process
const sessions = new Map()
const store = {
  get: (id) => sessions.get(id),
  set: (id, session) => { sessions.set(id, session) },
  destroy: (id) => { sessions.delete(id) },
}

app.use(session({ store, key: 'shop.sid', maxAge: 7 * 24 * 3600 * 1000 }, app))
${tail}`,
    },
  },
  'koa-session on koa-redis': {
    redis: true,
    env: { SESSION_SECRET: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN' },
    files: {
      'package.json': manifest({ 'koa-session': '^7.0.0', 'koa-redis': '^4.0.1' }),
      'app.js': `const Koa = require('koa')
const session = require('koa-session').default
const redisStore = require('koa-redis')

const app = new Koa()
app.keys = [process.env.SESSION_SECRET]
const store = redisStore({ url: process.env.SHOP_REDIS })
app.use(session({ store, maxAge: 1000 * 60 * 60 * 24 * 60 }, app))
${tail}`,
    },
  },
  'koa-generic-session in memory, converted, the app called server': {
    files: {
      'package.json': manifest({ 'koa-convert': '^2.0.0', 'koa-generic-session': '^2.3.1' }),
      'app.js': `'use strict';
const Koa = require('koa');
const convert = require('koa-convert');
const session = require('koa-generic-session');

const server = new Koa();
server.keys = [process.env.SESSION_SECRET || 'dev'];
server.use(convert(session({ key: 'koa:sid', cookie: { maxAge: 3600 * 1000, path: '/' } })));
${routes('server')}${listens('server')}`,
    },
    env: { SESSION_SECRET: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN' },
  },
  'koa-generic-session on koa-redis, several keys in one variable': {
    redis: true,
    env: { KEYS: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN,mJ8vQ2xZ5nL0tR7yB4cW9dK6hF3sG1pAk8LmQ4zT7wX' },
    files: {
      'package.json': manifest({ 'koa-generic-session': '^2.3.1', 'koa-redis': '^4.0.1' }),
      'app.js': `const Koa = require('koa')
const redisStore = require('koa-redis')
const session = require('koa-generic-session')

const app = new Koa()
app.keys = process.env.KEYS.split(',')
app.use(session({ key: 'sid', store: redisStore({ url: process.env.SHOP_REDIS }), ttl: 3600 * 1000 }))
${tail}`,
    },
  },
  'koa-session-minimal': {
    files: {
      'package.json': manifest({ 'koa-session-minimal': '^4.0.0' }),
      'app.js': `const Koa = require('koa'), session = require('koa-session-minimal')
const app = new Koa()
app.use(session({ key: 'koa:sess', cookie: { maxAge: 7200 * 1000, path: '/' } }))
${tail}`,
    },
  },
  'koa-session2 with a store class of its own': {
    files: {
      'package.json': manifest({ 'koa-session2': '^2.2.10' }),
      'app.js': `const Koa = require('koa')
const session = require('koa-session2')
const { Store } = session

class MemoryStore extends Store {
  constructor() {
    super()
    this.all = {}
  }
  async get(sid) { return this.all[sid] }
  async set(data, { sid = this.getID(24) } = {}) { this.all[sid] = data; return sid }
  async destroy(sid) { delete this.all[sid] }
}

const app = new Koa()
app.use(session({ key: 'SESSIONID', store: new MemoryStore() }))
${tail}`,
    },
  },
  'three files: options and keys in a config module, the store in another': {
    entry: 'src/index.js',
    env: { KEYS: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN' },
    files: {
      'package.json': manifest(koaSession, { scripts: { start: 'node src/index.js' } }),
      'src/index.js': `const app = require('./app')
const config = require('./config')
app.listen(config.port, '127.0.0.1')
`,
      'src/config.js': `module.exports = {
  port: process.env.PORT ?? 3000,
  keys: (process.env.KEYS || 'a,b').split(','),
  session: { key: 'sid', maxAge: 1000 * 60 * 60 * 12, rolling: true, secure: process.env.NODE_ENV === 'production' },
}
`,
      'src/memory-store.js': `const all = new Map()
module.exports = {
  get: (id) => all.get(id),
  set: (id, value) => { all.set(id, value) },
  destroy: (id) => { all.delete(id) },
}
`,
      'src/app.js': `const Koa = require('koa')
const session = require('koa-session')
const config = require('./config')
const store = require('./memory-store')

const app = new Koa()
app.keys = config.keys
app.use(session({ ...config.session, store }, app))
${routes()}module.exports = app
`,
    },
  },
  'a session that is exported by default, with options that are not decided': {
    env: { MAX_AGE: '3600000' },
    files: {
      'package.json': manifest(koaSession, { type: 'module' }),
      'config.js': `export default { name: 'sid', maxAge: Number(process.env.MAX_AGE), keys: ['x1'] }\n`,
      'session.js': `import * as session from 'koa-session'
import config from './config.js'

export default (app) => session.createSession({ key: config.name, maxAge: config.maxAge }, app)
`,
      'app.js': `import Koa from 'koa'
import config from './config.js'
import sessions from './session.js'

const app = new Koa()
app.keys = config.keys
app.use(sessions(app))
${tail}`,
    },
  },
  'TypeScript, import with a type beside': {
    compile: true,
    entry: 'dist/app.js',
    env: { SESSION_SECRET: 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN' },
    files: {
      ...typescript,
      'package.json': manifest(
        koaSession,
        {
          type: 'module',
          scripts: { build: 'tsc', start: 'node dist/app.js' },
          devDependencies: { '@types/koa': '^3.0.0', '@types/koa-session': '^6.4.0', typescript: '^5.0.0' },
        },
        '\t',
      ),
      'src/app.ts': `import Koa from 'koa'
import session, { opts } from 'koa-session'

const CONFIG: Partial<opts> = {
  key: 'shop.sid',
  maxAge: 3600000,
}

const app = new Koa()
app.keys = [process.env.SESSION_SECRET as string]
app.use(session(CONFIG, app))
${tail}`,
    },
  },
  'TypeScript, import = require, with an augmentation': {
    compile: true,
    entry: 'dist/app.js',
    files: {
      ...typescript,
      'package.json': manifest(koaSession, { scripts: { build: 'tsc', start: 'node dist/app.js' } }, 4),
      'src/app.ts': `import Koa = require('koa');
import session = require('koa-session');

declare module 'koa-session' {
  interface Session {
    user?: string;
  }
}

const app = new Koa();
app.keys = ['secret'];
app.use(session({ maxAge: 'session' }, app));
${tail}`,
    },
  },
}
