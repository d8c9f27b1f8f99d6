import { expect } from 'chai'
import storeMemoryFallback from '../../../lib/audit/rules/sto03-store-memory-fallback.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { verdictOf } from '../../../lib/audit/verdict.js'
import { appOf, type Files, koaApp, sessionsIn, verdictIn } from './small-app.js'

/** The store of a koa-session that is given this one. */
async function store(expression: string, { before = '', more = {} }: { before?: string; more?: Files } = {}) {
  const facts = await appOf(
    koaApp(`app.keys = [process.env.KEY]\n${before}\napp.use(session({ store: ${expression} }, app))`, more),
  )
  const [found] = facts.sessions
  if (found === undefined) throw new Error('no session')
  return { ...found.store, verdict: verdictIn(facts).sessions }
}

const kinds = async (expression: string, more: Parameters<typeof store>[1] = {}) => {
  const { kind, shared, verdict } = await store(expression, more)
  return [kind, shared, verdict]
}

const redis = ['redis', true, 'ready']
const memory = ['memory', false, 'breaks']

describe('the store that is given', () => {
  it('is Redis by koa-redis', async () => {
    expect(await kinds("require('koa-redis')()")).to.deep.equal(redis)
    expect(await kinds('redisStore({ url })', { before: "const redisStore = require('koa-redis')" })).to.deep.equal(
      redis,
    )
    expect(await kinds('new Store(app)', { before: "const Store = require('koa-session-redis-store')" })).to.deep.equal(
      redis,
    )
  })

  it('is what the package’s name says', async () => {
    const of = async (name: string) => (await kinds(`new (require('${name}'))()`))[0]
    expect(await of('koa-session-mongoose')).to.equal('mongo')
    expect(await of('koa-mysql-session')).to.equal('sql')
    expect(await of('session-file-store')).to.equal('file')
    expect(await of('memorystore')).to.equal('memory')
    expect(await of('koa-session-memcached')).to.equal('custom')
  })

  it('is a class of the app, in another file, over Redis', async () => {
    const more = {
      'store.js': `const Redis = require('ioredis')
module.exports = class Store {
  constructor() { this.redis = new Redis() }
  async get(id) { return JSON.parse(await this.redis.get(id)) }
  async set(id, session) { await this.redis.set(id, JSON.stringify(session)) }
  async destroy(id) { await this.redis.del(id) }
}`,
    }
    expect(await kinds('new Store()', { before: "const Store = require('./store')", more })).to.deep.equal(redis)
  })

  it('is a class of the app that keeps what it uses in private fields', async () => {
    const over = async (fields: string, get: string) => {
      const before = `const Redis = require('ioredis')
class Store {
  ${fields}
  async get(id) { return ${get} }
}`
      return kinds('new Store()', { before })
    }
    expect(await over('#all = new Map()', 'this.#all.get(id)')).to.deep.equal(memory)
    expect(await over('#all = {}', 'this.#all[id]')).to.deep.equal(memory)
    expect(await over('#redis\n  constructor() { this.#redis = new Redis() }', 'this.#redis.get(id)')).to.deep.equal(
      redis,
    )
    expect(await over('#all = new Map()\n  #read(id) { return this.#all.get(id) }', 'this.#read(id)')).to.deep.equal(
      memory,
    )
    expect(await over('#a = new Redis()\n  get a() { return this.#a }', 'this.a.get(id)')).to.deep.equal(redis)
  })

  const bodies: Readonly<Record<string, readonly [string, string, readonly unknown[]]>> = {
    'a Map': [
      'const all = new Map()',
      '{ get: (id) => all.get(id), set: (id, s) => all.set(id, s), destroy: (id) => all.delete(id) }',
      memory,
    ],
    'an object of the module': [
      'const all = {}',
      '{ get(id) { return all[id] }, set(id, s) { all[id] = s }, destroy(id) { delete all[id] } }',
      memory,
    ],
    'an object of its own': [
      '',
      '{ all: {}, get(id) { return this.all[id] }, set(id, s) { this.all[id] = s }, destroy(id) { delete this.all[id] } }',
      memory,
    ],
    'a cache that counts': [
      "const LRU = require('lru-cache')\nconst all = new LRU()",
      '{ get: (id) => all.get(id), set: (id, s) => all.set(id, s), destroy: (id) => all.del(id) }',
      memory,
    ],
    Redis: [
      "const client = require('redis').createClient()",
      '{ get: (id) => client.get(id), set: (id, s) => client.set(id, s), destroy: (id) => client.del(id) }',
      redis,
    ],
    'Redis, two functions away': [
      "const client = require('redis').createClient()\nconst read = (id) => client.get(id)\nconst load = async (id) => JSON.parse(await read(id))",
      '{ get: load, set: (id, s) => client.set(id, s), destroy: (id) => client.del(id) }',
      redis,
    ],
    SQL: [
      "const knex = require('knex')({})",
      "{ get: (id) => knex('s').where({ id }), set: (id, s) => knex('s').insert(s), destroy: (id) => knex('s').del() }",
      ['sql', true, 'ready'],
    ],
    Mongo: [
      "const mongoose = require('mongoose')\nconst Session = mongoose.model('s', {})",
      '{ get: (id) => Session.findOne({ id }), set: (id, s) => Session.updateOne({ id }, s), destroy: (id) => Session.deleteOne({ id }) }',
      ['mongo', true, 'ready'],
    ],
    files: [
      "const fs = require('fs')",
      '{ get: (id) => fs.readFileSync(id), set: (id, s) => fs.writeFileSync(id, s), destroy: (id) => fs.unlinkSync(id) }',
      ['file', true, 'ready'],
    ],
    'a cache before Redis': [
      "const client = require('redis').createClient()\nconst seen = new Map()",
      '{ get: async (id) => seen.get(id) || client.get(id), set: (id, s) => { seen.set(id, s); client.set(id, s) }, destroy: (id) => client.del(id) }',
      redis,
    ],
    'what a parameter holds': [
      '',
      '{ get: (id) => strange.read(id), set: (id, s) => strange.write(id, s), destroy: () => {} }',
      ['unknown', undefined, 'undecided'],
    ],
  }
  for (const [what, [before, expression, expected]] of Object.entries(bodies))
    it(`is, written by hand, ${what}`, async () => expect(await kinds(expression, { before })).to.deep.equal(expected))

  it('cannot be told', async () => {
    expect(await kinds('strange()')).to.deep.equal(['unknown', undefined, 'undecided'])
    expect(await kinds("require('./gone')")).to.deep.equal(['unknown', undefined, 'undecided'])
  })

  it('is Redis in production, and memory elsewhere', async () => {
    const before = "const redisStore = require('koa-redis')\nconst MemoryStore = require('koa-session-memory-store')"
    const inProduction = "process.env.NODE_ENV === 'production' ? redisStore() : new MemoryStore()"
    expect(await kinds(inProduction, { before })).to.deep.equal(redis)
    const elsewhere = "process.env.NODE_ENV === 'production' ? new MemoryStore() : redisStore()"
    expect(await kinds(elsewhere, { before })).to.deep.equal(memory)
  })

  it('is Redis with a fallback to memory', async () => {
    const before = "const redisStore = require('koa-redis')\nconst MemoryStore = require('koa-session-memory-store')"
    expect(await store('process.env.REDIS_URL ? redisStore() : new MemoryStore()', { before })).to.deep.include({
      kind: 'redis',
      how: 'fallback',
      shared: true,
    })
  })

  const alternatives = {
    'a conditional': 'app.use(session({ store: process.env.REDIS_URL ? redisStore() : new MemoryStore() }, app))',
    'a name above':
      'const url = process.env.REDIS_URL\nconst store = url ? redisStore({ url }) : new MemoryStore()\napp.use(session({ store }, app))',
    'an if':
      'const options = { store: new MemoryStore() }\nif (process.env.REDIS_URL) options.store = redisStore()\napp.use(session(options, app))',
  }
  for (const [name, lines] of Object.entries(alternatives))
    it(`is undecided where no file sets the variable that chooses Redis: ${name}`, async () => {
      const before =
        "app.keys = [process.env.KEY]\nconst redisStore = require('koa-redis')\nconst MemoryStore = require('koa-session-memory-store')\n"
      const found = async (more: Files) => {
        const facts = await appOf(koaApp(before + lines, more))
        const [finding] = storeMemoryFallback.find(facts, topologyOf(facts, { workers: 4 }))
        return { ...verdictIn(facts), severity: finding?.severity }
      }
      expect(await found({})).to.deep.include({
        sessions: 'undecided',
        visibility: null,
        why: 'where REDIS_URL is unset each process keeps sessions in its own memory, and no file here sets it for production.',
        severity: 'error',
      })
      const given = { '.env.production': 'REDIS_URL=redis://127.0.0.1:6379\n' }
      expect(await found(given)).to.include({ sessions: 'ready', visibility: 1, severity: 'note' })
    })

  it('is what constants of the app choose', async () => {
    const before = "const redisStore = require('koa-redis')\nconst useRedis = false"
    expect(await store('useRedis ? redisStore() : undefined', { before })).to.deep.include({
      kind: 'cookie',
      how: 'default',
    })
    const on = "const redisStore = require('koa-redis')\nconst useRedis = true"
    expect(await store('useRedis && redisStore()', { before: on })).to.deep.include({ kind: 'redis', how: 'given' })
  })

  it('is of files, with its directory', async () => {
    const before = "const FileStore = require('koa-session-file-store')\nconst path = require('path')"
    const { kind, directory } = await store("new FileStore({ path: path.join(__dirname, 'tmp/sessions') })", { before })
    expect([kind, directory?.path]).to.deep.equal(['file', 'tmp/sessions'])
  })

  it('is a database in a file that one process locks', async () => {
    const before = "const low = require('lowdb')\nconst db = low()"
    const text = '{ get: (id) => db.get(id), set: (id, s) => db.set(id, s).write(), destroy: (id) => db.unset(id) }'
    expect((await store(text, { before })).how).to.equal('single-process-database')
  })
})

describe('options that hold the store', () => {
  const facts = (options: string, more: Files = {}) => appOf(koaApp(`${options}\napp.use(session(CONFIG, app))`, more))
  const rests = async (...given: Parameters<typeof facts>) =>
    sessionsIn(await facts(...given)).map((text) => text.replace(/^\S+ \S+ /, ''))

  it('stand in the same file, or in another', async () => {
    expect(await rests("const CONFIG = { key: 'sid', store: require('koa-redis')() }")).to.deep.equal([
      'redis, shared, given',
    ])
    const more = { 'config.js': "exports.session = { store: require('koa-redis')() }" }
    expect(await rests("const CONFIG = require('./config').session", more)).to.deep.equal(['redis, shared, given'])
  })

  it('are assigned later', async () => {
    expect(await rests("const CONFIG = {}\nCONFIG.store = require('koa-redis')()")).to.deep.equal([
      'redis, shared, given',
    ])
  })

  it('are spread and merged', async () => {
    const base = "const base = { store: require('koa-redis')() }\n"
    expect(await rests(`${base}const CONFIG = { ...base, key: 'sid' }`)).to.deep.equal(['redis, shared, given'])
    expect(await rests(`${base}const CONFIG = Object.assign({}, base)`)).to.deep.equal(['redis, shared, given'])
    expect(await rests(`${base}const CONFIG = { ...base, store: undefined }`)).to.deep.equal([
      'cookie, shared, default',
    ])
  })

  it('a whole config module is taken although the options are one of its fields: the store never applies', async () => {
    const more = { 'config.js': "module.exports = { sessionConfig: { key: 'sid', store: require('koa-redis')() } }" }
    expect(await rests("const CONFIG = require('./config')", more)).to.deep.equal(['cookie, shared, default'])
  })

  it('cannot be read: nothing is guessed', async () => {
    expect(await rests("const CONFIG = require('./gone')")).to.deep.equal(['unknown, undecided, default'])
    expect(await rests('const CONFIG = { ...strange }')).to.deep.equal(['unknown, undecided, default'])
  })
})

describe('the store of sharedSession()', () => {
  const ours = (options: string, more: Files) =>
    appOf({
      'package.json': JSON.stringify({ name: 'shop', dependencies: { koa: '^3.0.0', 'koa-shared-session': '^0.1.0' } }),
      'app.js': `const Koa = require('koa')\nconst { sharedSession } = require('koa-shared-session')\nconst app = new Koa()\napp.use(sharedSession(${options}))\napp.listen(3000)\n`,
      ...more,
    })
  const kindOf = async (options: string, more: Files) =>
    (await ours(options, more)).sessions.map(({ store }) => store.kind)
  const pods = (env: string) => ({
    'k8s.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          args: [node, app.js]\n          env:\n            - ${env}\n`,
  })
  const address = pods('{ name: REDIS_URL, valueFrom: { secretKeyRef: { name: shop, key: redis-url } } }')

  it('is Redis where the deployment has an address, also one that is kept secret', async () => {
    expect(await kindOf('', address)).to.deep.equal(['redis'])
    expect(await kindOf('', { '.env.production': 'SESSION_REDIS_URL=redis://10.0.0.7\n' })).to.deep.equal(['redis'])
    const facts = await ours('', address)
    expect(verdictOf(facts, topologyOf(facts, {})).sessions).to.equal('ready')
  })

  it('is what SESSION_STORE names', async () => {
    expect(await kindOf('', pods('{ name: SESSION_STORE, value: cookie }'))).to.deep.equal(['cookie'])
  })

  it('is that of the code where the code names one, and files where nothing is said', async () => {
    expect(await kindOf("{ store: 'file' }", address)).to.deep.equal(['file'])
    expect(await kindOf('', {})).to.deep.equal(['file'])
    expect(await kindOf('', { '.env.example': 'REDIS_URL=redis://10.0.0.7\n' })).to.deep.equal(['file'])
    expect(await kindOf('', { '.env.test': 'REDIS_URL=redis://10.0.0.7\n' })).to.deep.equal(['file'])
  })
})

describe('a store on methods that promisify() makes of a client', () => {
  it('is in Redis, and keeps sessions without end where no time is given', async () => {
    const found = await appOf(
      koaApp(`const { promisify } = require('util')
const client = require('redis').createClient()
const getAsync = promisify(client.get).bind(client)
const setAsync = promisify(client.set).bind(client)
const store = {
  get: async (key) => JSON.parse(await getAsync(key)),
  set: (key, value) => { setAsync(key, JSON.stringify(value)) },
  destroy: () => {},
}
app.keys = [process.env.KEY]
app.use(session({ store }, app))`),
    )
    expect(found.sessions[0]?.store).to.include({ kind: 'redis', shared: true, expires: false })
  })
})

describe('a store that something else answers', () => {
  it('is what the object is whose method answers it', async () => {
    const before = "const { TypeormStore } = require('connect-typeorm')"
    expect(await kinds('new TypeormStore({ limit: 2 }).connect(repository)', { before })).to.deep.equal([
      'sql',
      true,
      'ready',
    ])
  })

  it('is what the functions answer that a variable holds in turn', async () => {
    const before = `let make
if (process.env.REDIS_HOST) make = () => require('koa-redis')()
else make = () => new (require('koa-mysql-session'))()`
    expect(await kinds('make()', { before })).to.deep.equal(redis)
  })
})
