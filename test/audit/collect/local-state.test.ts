import { expect } from 'chai'
import { collectLocalState } from '../../../lib/audit/collect/local-state.js'
import mem01 from '../../../lib/audit/rules/mem01-request-state-in-module.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { scopeOfFiles } from '../memory-scope.js'
import { appOf, koaApp, packageJson, verdictIn } from './small-app.js'

type Files = Parameters<typeof scopeOfFiles>[0]

const facts = async (files: Files) => collectLocalState(await scopeOfFiles(files))
const kinds = async (files: Files) => (await facts(files)).map(({ kind, confidence }) => `${kind} ${confidence}`)

/** Each row: what it is, the source, and what is found. */
const finds = (rows: Readonly<Record<string, readonly [Files, ...string[]]>>) => {
  for (const [name, [files, ...expected]] of Object.entries(rows))
    it(name, async () => expect(await kinds(files)).to.deep.equal(expected))
}

describe('who is logged in, in a field of a service', () => {
  const service = (field: string, made = 'module.exports = new AuthService()') => ({
    'auth.js': `class AuthService {
  ${field}
  login(user) { const t = require('crypto').randomUUID(); this.tokens[t] = user; return t }
  who(t) { return this.tokens[t] }
}
${made}`,
  })
  const lines = `app.keys = [process.env.KEY]
app.use(session({}, app))
const auth = require('./auth')
router.get('/login', (ctx) => { ctx.session.t = auth.login(ctx.query.u) })
router.get('/me', (ctx) => { ctx.body = auth.who(ctx.session.t) })`

  it('is lost between processes', async () => {
    for (const field of ['constructor() { this.tokens = {} }', 'tokens = {}']) {
      const facts = await appOf(koaApp(lines, service(field)))
      expect(verdictIn(facts)).to.include({ sessions: 'breaks', visibility: 0.25 })
    }
  })

  it('is none where the service is made for each request', async () => {
    const made =
      'exports.login = (user) => new AuthService().login(user)\nexports.who = (t) => new AuthService().who(t)'
    expect(verdictIn(await appOf(koaApp(lines, service('tokens = {}', made)))).sessions).to.equal('ready')
  })

  it('is lost also on the context of the app', async () => {
    const facts = await appOf(
      koaApp(`app.keys = [process.env.KEY]
app.use(session({}, app))
app.context.loggedIn = {}
router.get('/login', (ctx) => { ctx.loggedIn[ctx.session.t] = ctx.query.u })
router.get('/me', (ctx) => { ctx.body = ctx.loggedIn[ctx.session.t] })`),
    )
    expect(verdictIn(facts)).to.include({ sessions: 'breaks', visibility: 0.25 })
  })
})

describe('a cache before the database', () => {
  const users = (fill: string) =>
    koaApp(`app.keys = [process.env.KEY]
app.use(session({}, app))
const users = new Map()
app.use(async (ctx, next) => {
  const id = ctx.session.userId
  ${fill}
  ctx.state.user = users.get(id)
  await next()
})
router.get('/rename', async (ctx) => { users.delete(ctx.session.userId); ctx.body = 'ok' })
router.get('/me', async (ctx) => { ctx.body = users.get(ctx.session.userId) })`)
  const read = async (fill: string) => verdictIn(await appOf(users(fill)))

  it('loses no login, though a change is seen by one process only', async () => {
    for (const fill of [
      'if (!users.has(id)) users.set(id, await db.findUser(id))',
      'if (!users.get(id)) { const user = await db.users.findOne({ _id: id }); users.set(id, user) }',
    ])
      expect(await read(fill)).to.include({ sessions: 'ready', app: 'degrades', visibility: 1 })
  })

  it('is none where what is kept is made and not looked up', async () => {
    const fill = 'if (!users.has(id)) users.set(id, await makeUser(ctx.request.body))'
    expect((await read(fill)).sessions).to.equal('breaks')
  })
})

describe('request state in modules', () => {
  finds({
    'a captcha of one request that another checks': [
      `const captchas = {}
router.get('/captcha', (ctx) => { captchas[ctx.ip] = draw(); ctx.body = '' })
router.post('/login', (ctx) => { if (captchas[ctx.ip] !== ctx.request.body.captcha) ctx.throw(400) })`,
      'request-state medium',
    ],
    'a Map in a function that makes routes': [
      `module.exports = (router) => {
  const carts = new Map()
  router.post('/cart', async (ctx) => { carts.set(ctx.state.user.id, ctx.request.body) })
  router.get('/cart', async (ctx) => { ctx.body = carts.get(ctx.state.user.id) })
}`,
      'request-state medium',
    ],
    'a list of another module, written by what a handler calls': [
      {
        'app.js': `const { remember, all } = require('./messages')
app.use(async (ctx) => { remember(ctx.request.body) })
app.use(async (ctx) => { ctx.body = all() })`,
        'messages.js': `const messages = []
exports.remember = (message) => { messages.push(message) }
exports.all = () => messages.slice(-10)`,
      },
      'request-state medium',
    ],
    'an exported object that another module fills': [
      {
        'app.ts': `import { online } from './online'
app.use(async (ctx) => { online[ctx.session.name] = true })
app.use(async (ctx) => { ctx.body = Object.keys(online).length })`,
        'online.ts': 'export const online: Record<string, boolean> = {}',
      },
      'request-state medium',
    ],
    'a property of the app': [
      `app.counter = { users: {}, mock: 0 }
app.use(async (ctx, next) => { app.counter.users[ctx.session.name] = true; await next() })
router.get('/counter', async (ctx) => { ctx.body = Object.keys(app.counter.users) })`,
      'request-state medium',
    ],
    'a global': [
      `global.rooms = {}
io.on('connection', (socket) => { socket.on('join', (id) => { rooms[id] = socket.id }) })
router.get('/rooms', (ctx) => { ctx.body = rooms })`,
      'request-state medium',
    ],
    'Koa 1 generators': [
      `var drafts = {}
exports.save = function* () { drafts[this.params.id] = this.request.body }
exports.show = function* () { this.body = drafts[this.params.id] }`,
      'request-state medium',
    ],
    'pages that an event clears': [
      `const pages = new Map()
app.use(async (ctx) => { const known = pages.get(ctx.path); ctx.body = known || await render(ctx.path); if (!known) pages.set(ctx.path, ctx.body) })
records.on('change', () => { pages.clear() })`,
      'request-state medium',
    ],
    'attempts counted by address': [
      `const failures = {}
app.use(async (ctx) => { failures[ctx.ip] = (failures[ctx.ip] || 0) + 1; if (failures[ctx.ip] > 5) ctx.throw(429) })`,
      'rate-limit medium',
    ],
    'the verifier of an OAuth login': [
      `const verifiers = new Map()
router.get('/oauth', (ctx) => { verifiers.set(ctx.query.state, secret()); ctx.redirect(url) })
router.get('/oauth/callback', (ctx) => { exchange(verifiers.get(ctx.query.state)) })`,
      'sign-on medium',
    ],
    'connections that are written to': [
      `const clients = new Set()
router.get('/events', (ctx) => { clients.add(ctx.res) })
router.post('/say', (ctx) => { for (const client of clients) client.write(ctx.request.body) })`,
      'broadcast medium',
    ],
  })
})

const inHandler = (state: string, lines: string) => `${state}\nrouter.post('/do', async (ctx) => {\n${lines}\n})`

describe('state that one handler reads and writes', () => {
  finds({
    'votes that are counted': [
      inHandler(
        'const votes = new Map()',
        `const count = votes.get(ctx.params.id) ?? 0
votes.set(ctx.params.id, count + 1)
ctx.body = { count: count + 1 }`,
      ),
      'request-state medium',
    ],
    'votes that are counted in steps': [
      inHandler(
        'const votes = {}',
        `const { id } = ctx.params
let count = votes[id]
if (!count) count = 0
count++
votes[id] = count
ctx.body = count`,
      ),
      'request-state medium',
    ],
    'attempts of a login': [
      inHandler(
        'const attempts = new Map()',
        `const n = attempts.get(ctx.ip) || 0
if (n > 5) ctx.throw(429)
attempts.set(ctx.ip, n + 1)`,
      ),
      'rate-limit medium',
    ],
    'a cart that grows under another name': [
      inHandler(
        'const carts = new Map()',
        `let cart = carts.get(ctx.state.id)
if (!cart) { cart = []; carts.set(ctx.state.id, cart) }
cart.push(item)
ctx.body = cart`,
      ),
      'request-state medium',
    ],
    'a record whose field is raised': [
      inHandler(
        'const games = new Map()',
        `let game = games.get(ctx.params.id)
if (!game) { game = await load(ctx.params.id); games.set(ctx.params.id, game) }
game.moves++
ctx.body = game`,
      ),
      'request-state medium',
    ],
    'a token that is drawn': [
      inHandler(
        `const rnd = () => require('crypto').randomBytes(8).toString('hex')\nconst tokens = new Map()`,
        `let t = tokens.get(ctx.session.user)
if (!t) { t = rnd(); tokens.set(ctx.session.user, t) }
ctx.body = t`,
      ),
      'request-state medium',
    ],
    'a colour that is drawn': [
      inHandler(
        'const colours = {}',
        `if (!colours[ctx.query.name]) colours[ctx.query.name] = Math.floor(Math.random() * 360)
ctx.body = colours[ctx.query.name]`,
      ),
      'request-state medium',
    ],
    'a list in a Map, filled where it is': [
      inHandler(
        'const online = new Map()',
        `const u = ctx.session.user
if (!online.has(u)) online.set(u, [])
online.get(u).push(Date.now())
ctx.body = [...online.keys()]`,
      ),
      'request-state medium',
    ],
    'when somebody was last here': [
      inHandler(
        'const lastSeen = new Map()',
        `const prev = lastSeen.get(ctx.session.user)
lastSeen.set(ctx.session.user, Date.now())
ctx.body = { prev }`,
      ),
      'request-state medium',
    ],
    'what the one before said': [
      inHandler(
        'const names = new Map()',
        `const before = names.get(ctx.params.id)
names.set(ctx.params.id, ctx.query.name)
ctx.body = before`,
      ),
      'request-state medium',
    ],
    'a list in an object': [
      inHandler('const rooms = { list: [] }', 'rooms.list.push(ctx.query.name)\nctx.body = rooms.list'),
      'request-state medium',
    ],
    'a list that a longer one replaces': [
      inHandler('let entries = []', 'entries = entries.concat(ctx.query.entry)\nctx.body = entries'),
      'request-state medium',
    ],
    'a number that is handed out': [
      inHandler('let lastOrder = 0', 'lastOrder++\nctx.body = { no: lastOrder }'),
      'request-state medium',
    ],
    'a number that is handed out as it rises': [
      inHandler('let next = 1', 'ctx.body = { id: next++ }'),
      'request-state medium',
    ],
    'a word that another handler tells': [
      `let motto = ''
router.post('/motto', (ctx) => { motto = ctx.request.body.motto })
router.get('/motto', (ctx) => { ctx.body = motto })`,
      'request-state medium',
    ],
  })
})

describe('what one handler reads and writes and every process finds for itself', () => {
  finds({
    'a memo with a name for it': [
      inHandler(
        'const pages = new Map()',
        `let v = pages.get(ctx.params.id)
if (!v) { v = await load(ctx.params.id); pages.set(ctx.params.id, v) }
ctx.body = v`,
      ),
    ],
    'a memo of what was put together': [
      inHandler(
        'const menus = {}',
        `const { lang } = ctx.query
if (!menus[lang]) { const list = []; for (const one of await load(lang)) list.push(one.name); menus[lang] = list }
ctx.body = menus[lang]`,
      ),
    ],
    'a memo that ends': [
      inHandler(
        'const rates = new Map()',
        `const kept = rates.get(ctx.params.code)
if (kept && kept.until > Date.now()) { ctx.body = kept.rate; return }
const rate = await load(ctx.params.code)
rates.set(ctx.params.code, { rate, until: Date.now() + 60000 })
ctx.body = rate`,
      ),
    ],
    'pages by their address': [
      inHandler(
        'const pages = new Map()',
        `const kept = pages.get(ctx.url)
if (kept) { ctx.body = kept; return }
ctx.body = await render(ctx.query.page)
pages.set(ctx.url, ctx.body)`,
      ),
    ],
    'clients of other servers': [
      inHandler(
        'const clients = new Map()',
        `let client = clients.get(ctx.params.tenant)
if (!client) { client = connect(ctx.params.tenant); clients.set(ctx.params.tenant, client) }
await client.set('x', ctx.query.x)`,
      ),
    ],
    'counts that nobody asks for': [
      inHandler(
        'const counts = new Map()',
        `const n = counts.get(ctx.path) ?? 0
counts.set(ctx.path, n + 1)`,
      ),
    ],
    'a WeakMap': [
      inHandler('const seen = new WeakMap()', `seen.set(ctx, (seen.get(ctx) ?? 0) + 1)\nctx.body = seen.get(ctx)`),
    ],
    'a number that only the log has': [inHandler('let served = 0', 'served++\nconsole.log(served)')],
    'requests under way, counted': [
      inHandler('let active = 0', `active++\ntry { await work() } finally { active-- }\nif (active > 100) warn()`),
    ],
    'what is loaded once': [inHandler('let terms', 'if (!terms) terms = await load()\nctx.body = terms')],
  })
})

describe('what is no request state', () => {
  finds({
    'a memo': [
      `const templates = {}
app.use(async (ctx) => { if (!templates[ctx.path]) templates[ctx.path] = await compile(ctx.path); ctx.body = templates[ctx.path] })`,
    ],
    'a cache in two functions': [
      `const cache = new Map()
const keep = (key, value) => { cache.set(key, value) }
const find = (key) => cache.get(key)
app.use(async (ctx) => { ctx.body = find(ctx.path) || keep(ctx.path, await load(ctx.path)) })`,
    ],
    'a cache that forgets by itself': [
      `const seen = new LRUCache({ max: 100 })
app.use(async (ctx) => { seen.set(ctx.path, await load(ctx.path)) })
router.get('/seen', async (ctx) => { ctx.body = seen.get(ctx.query.path) })`,
    ],
    'requests under way': [
      `const pending = new Map()
router.get('/:url', async (ctx) => {
  let fetching = pending.get(ctx.params.url)
  if (!fetching) { fetching = load(ctx.params.url); pending.set(ctx.params.url, fetching) }
  ctx.body = await fetching
  pending.delete(ctx.params.url)
})`,
    ],
    'a registry filled at start': [
      `const handlers = {}
fs.readdirSync('.').forEach((file) => { handlers[file] = require(file) })
app.use(async (ctx) => handlers[ctx.path](ctx))`,
    ],
    'variables of a function that handlers call': [
      `function group(list) { const result = {}; list.forEach((each) => { result[each.id] = each }); return result }
app.use(async (ctx) => { ctx.body = group(ctx.request.body) })`,
    ],
    'variables of a handler': [
      `app.use(async (ctx) => { const seen = new Set(); seen.add(ctx.ip); ctx.body = seen.has('x') })`,
    ],
    'browser code': [
      `const listeners = {}
document.addEventListener('x', (context) => { listeners[context.id] = context })
export const call = (context) => listeners[context.id]()`,
    ],
    'a session store, which is told elsewhere': [
      `const sessions = {}
app.use(session({ store: { async get(key, age, { ctx }) { return sessions[key] }, async set(key, value, age, { ctx }) { sessions[key] = value }, async destroy(key) { delete sessions[key] } } }, app))`,
    ],
    'configuration that a request completes': [
      `const config = { salt: '' }
app.use(async (ctx) => { config.salt = config.salt || defaultSalt })
app.use(async (ctx) => { ctx.body = config.salt })`,
    ],
    'a list that only one answer uses': [
      `const rows = []
router.get('/init', async (ctx) => { rows.push({ a: 1 }); await database.insert(rows) })`,
    ],
    'connections that are only counted': [
      `const sockets = new Set()
wss.on('connection', (ws) => { sockets.add(ws); log(sockets.size) })`,
    ],
  })
})

describe('state that a login needs', () => {
  const login = async (files: Files) =>
    (await facts(files)).map(({ carriesLogin, identity }) => ({ carriesLogin, identity }))

  it('is users found again by deserializeUser', async () => {
    const text = `const users = {}
passport.serializeUser((user, done) => { users[user.id] = user; done(null, user.id) })
passport.deserializeUser((id, done) => { done(null, users[id]) })`
    expect(await login(text)).to.deep.equal([{ carriesLogin: true, identity: true }])
  })

  it('is users that a request adds and the session names', async () => {
    const text = `const users = []
router.post('/register', async (ctx) => { users.push(ctx.request.body) })
router.get('/me', async (ctx) => { ctx.body = users.find((user) => user.id === ctx.session.userId) })`
    expect(await login(text)).to.deep.equal([{ carriesLogin: true, identity: true }])
  })

  it('is tokens looked up by a header', async () => {
    const text = `const tokens = new Map()
router.post('/login', async (ctx) => { tokens.set(random(), ctx.request.body.name) })
app.use(async (ctx, next) => { ctx.state.user = tokens.get(ctx.headers.authorization); await next() })`
    expect(await login(text)).to.deep.equal([{ carriesLogin: true, identity: true }])
  })

  it('is not a list of users that nobody changes', async () => {
    const text = `const users = [{ id: 1, name: 'ada' }]
router.get('/me', async (ctx) => { ctx.body = users.find((user) => user.id === ctx.session.userId) })`
    expect(await login(text)).to.deep.equal([])
  })

  it('belongs to a visitor where the key is the user, and what is a memo by that key stays one', async () => {
    const cart = inHandler(
      'const carts = new Map()',
      `const cart = carts.get(ctx.session.user) ?? []
cart.push(item)
carts.set(ctx.session.user, cart)
ctx.body = cart`,
    )
    expect(await login(cart)).to.deep.equal([{ carriesLogin: false, identity: true }])
    const rights = inHandler(
      'const rights = new Map()',
      `let mine = rights.get(ctx.session.user)
if (!mine) { mine = await load(ctx.session.user); rights.set(ctx.session.user, mine) }
ctx.body = mine`,
    )
    expect(await login(rights)).to.deep.equal([])
  })

  it('is not a captcha', async () => {
    const text = `const captcha = {}
router.get('/captcha', (ctx) => { captcha[ctx.session.id] = draw() })
router.post('/login', (ctx) => { check(captcha[ctx.session.id]) })`
    expect(await login(text)).to.deep.equal([{ carriesLogin: false, identity: true }])
  })
})

describe('limiters in memory', () => {
  finds({
    'koa-ratelimit with a Map': [`require('koa-ratelimit')({ driver: 'memory', db: new Map() })`, 'rate-limit high'],
    'koa2-ratelimit': [
      `const { RateLimit } = require('koa2-ratelimit')\nRateLimit.middleware({ max: 9 })`,
      'rate-limit high',
    ],
    'express-rate-limit': [`import rateLimit from 'express-rate-limit'\nrateLimit({ max: 9 })`, 'rate-limit high'],
    'rate-limiter-flexible': [
      `const { RateLimiterMemory } = require('rate-limiter-flexible')\nnew RateLimiterMemory({ points: 9 })`,
      'rate-limit high',
    ],
    '@fastify/rate-limit': [`fastify.register(require('@fastify/rate-limit'), { max: 9 })`, 'rate-limit high'],
    'koa-ratelimit with Redis': [`require('koa-ratelimit')({ driver: 'redis', db: new Redis() })`],
    'koa-ratelimit of old, whose database is Redis': [`require('koa-ratelimit')({ db: redis.createClient() })`],
    'koa2-ratelimit with a store by default': [
      `const { RateLimit, Stores } = require('koa2-ratelimit')
RateLimit.defaultOptions({ store: new Stores.Redis({}) })
RateLimit.middleware({ max: 9 })`,
    ],
    'express-rate-limit with a store': [`require('express-rate-limit')({ store: new RedisStore({}) })`],
    'options that are not all known': [`require('express-rate-limit')({ ...options })`],
    'an insurance': [
      `const { RateLimiterMemory, RateLimiterRedis } = require('rate-limiter-flexible')
class Limits { static spare = new RateLimiterMemory({}); static main = new RateLimiterRedis({ insuranceLimiter: this.spare }) }`,
    ],
  })
})

describe('what the verdict says of state that is not shared', () => {
  it('is a list in plain words', async () => {
    const app = koaApp(`if (!process.env.KEY) throw new Error('KEY')
app.keys = [process.env.KEY]
app.use(session(app))
app.use(require('koa-ratelimit')({ driver: 'memory', db: new Map(), max: 9 }))
const votes = {}
app.use((ctx) => { votes[ctx.path] = (votes[ctx.path] ?? 0) + 1; ctx.body = votes[ctx.path] })`)
    expect(verdictIn(await appOf(app)).why).to.match(
      /; but each still has for itself: the counts of koa-ratelimit, in memory; votes, an object of this module\.$/,
    )
  })

  it('counts what is the same', async () => {
    const lines = `const schedule = require('node-schedule')
app.keys = [process.env.KEY]
app.use(session({}, app))
schedule.scheduleJob('0 1 * * *', work)
schedule.scheduleJob('0 2 * * *', work)
schedule.scheduleJob('0 3 * * *', work)`
    expect(verdictIn(await appOf(koaApp(lines))).why).to.match(
      /; but each still has for itself: a job of node-schedule \(3 of them\)\.$/,
    )
  })

  it('does not say of a key that is not known that all have the same', async () => {
    const minimal = (key: string) => ({
      'package.json': packageJson({
        koa: '^2.15.0',
        'koa-session-minimal': '^4.0.0',
        'koa-session-mongoose': '^3.0.0',
      }),
      'app.js': `const app = new (require('koa'))()
app.keys = [${key}]
app.use(require('koa-session-minimal')({ store: require('koa-session-mongoose').create() }))
app.listen(1)`,
    })
    expect(verdictIn(await appOf(minimal('process.env.KEY'))).why).to.equal(
      'all processes see the same sessions and have the same key.',
    )
    expect(verdictIn(await appOf(minimal('settings.key'))).why).to.equal('all processes see the same sessions.')
  })
})

describe('sockets of one process', () => {
  finds({
    'socket.io': [`const io = require('socket.io')(server)\nio.emit('hello')`, 'socket high'],
    'socket.io as a class': [`import { Server } from 'socket.io'\nnew Server(server, { cors: {} })`, 'socket high'],
    'ws that broadcasts': [
      `const WebSocket = require('ws')
const wss = new WebSocket.Server({ server })
wss.on('connection', (ws) => ws.on('message', (m) => wss.clients.forEach((client) => client.send(m))))`,
      'broadcast medium',
    ],
    'PubSub of GraphQL': [
      `import { PubSub } from 'graphql-subscriptions'\nconst pubsub = new PubSub()`,
      'broadcast medium',
    ],
    'socket.io with an adapter': [
      `const io = require('socket.io')(server)\nio.adapter(require('socket.io-redis')({ host: 'redis' }))`,
    ],
    'socket.io with an adapter from elsewhere': [
      `import { Server } from 'socket.io'\nimport { createAdapter } from '@socket.io/redis-adapter'\nnew Server({ adapter: createAdapter(a, b) })`,
    ],
    'the client of socket.io': [`const socket = require('socket.io-client')('http://x')`],
    'ws that answers the one who asks': [
      `const { WebSocketServer } = require('ws')\nnew WebSocketServer({}).on('connection', (ws) => ws.send('hello'))`,
    ],
  })
})

describe('timers of each process', () => {
  finds({
    'node-cron': [
      `require('node-cron').schedule('0 * * * *', async () => { await mailer.send(report) })`,
      'timer high',
    ],
    cron: [`import { CronJob } from 'cron'\nnew CronJob('0 * * * *', sync)`, 'timer medium'],
    'node-schedule': [
      `const schedule = require('node-schedule')\nexports.start = () => schedule.scheduleJob('* * * * *', () => db.query('DELETE FROM x'))`,
      'timer high',
    ],
    'an interval that writes': [
      `setInterval(async () => { await Order.update({ late: true }) }, 60000)`,
      'timer medium',
    ],
    'a job in the primary': [
      `const cluster = require('cluster')\nif (cluster.isPrimary) require('node-cron').schedule('* * * * *', work)`,
    ],
    'a job of the first PM2 process': [
      `if (process.env.NODE_APP_INSTANCE !== '0') return\nrequire('node-cron').schedule('* * * * *', work)`,
    ],
    'a job under a lock': [
      `require('node-cron').schedule('* * * * *', async () => { if (await redis.set('job', 1, 'NX', 'EX', 60)) work() })`,
    ],
    'a job that a setting switches on': [
      `if (process.env.ENABLE_CRON) require('node-cron').schedule('* * * * *', work)`,
    ],
    'a job that only writes a line': [`require('node-cron').schedule('* * * * *', () => { console.log('tick') })`],
    'an interval that sweeps memory': [`const hits = new Map()\nsetInterval(() => { hits.clear() }, 60000)`],
    'an interval for one client': [`app.use(async (ctx) => { setInterval(() => { fetch('/x') }, 1000) })`],
    'a queue, which locks by itself': [`const Queue = require('bull')\nnew Queue('mail').process(work)`],
  })
})

describe('sign-on in memory', () => {
  it('is named in the verdict as people would', async () => {
    const facts = await appOf(
      koaApp(`const { default: Shopify } = require('@shopify/shopify-api')
Shopify.Context.initialize({ SESSION_STORAGE: new Shopify.Session.MemorySessionStorage() })`),
    )
    expect(verdictIn(facts).why).to.include('each process has its own sessions of Shopify shops, in memory')
  })

  finds({
    'SAML that checks its requests': [
      `const { Strategy } = require('passport-saml')\nnew Strategy({ validateInResponseTo: true, entryPoint }, done)`,
      'sign-on high',
    ],
    'oidc-provider': [`import Provider from 'oidc-provider'\nnew Provider('https://x', { clients })`, 'sign-on high'],
    Shopify: [
      `const { default: Shopify } = require('@shopify/shopify-api')
Shopify.Context.initialize({ SESSION_STORAGE: new Shopify.Session.MemorySessionStorage() })`,
      'sign-on high',
    ],
    tus: [`import { Server } from '@tus/server'\nnew Server({ path: '/files', datastore })`, 'sign-on high'],
    'SAML that checks nothing': [`const { Strategy } = require('passport-saml')\nnew Strategy({ entryPoint }, done)`],
    'SAML with a cache': [
      `const { Strategy } = require('passport-saml')\nnew Strategy({ validateInResponseTo: true, cacheProvider }, done)`,
    ],
    'oidc-provider with an adapter': [
      `import Provider from 'oidc-provider'\nnew Provider('https://x', { adapter: Redis })`,
    ],
    'oidc-provider with options from elsewhere': [
      `import Provider from 'oidc-provider'\nimport { options } from 'company'\nnew Provider('https://x', options)`,
    ],
  })
})

describe('page caches', () => {
  finds({
    'koa-cash': [`app.use(require('koa-cash')({ get, set }))`, 'page-cache high'],
    'koa-cash by URL': [
      `app.use(require('koa-cash')({ hash: (ctx) => 'page:' + ctx.request.url, get, set }))`,
      'page-cache high',
    ],
    apicache: [`const apicache = require('apicache')\napp.use(apicache.middleware('5 minutes'))`, 'page-cache high'],
    'a public answer about the user': [
      `router.get('/', async (ctx) => { ctx.set('Cache-Control', 'public, max-age=60'); ctx.body = page(ctx.session.user) })`,
      'page-cache medium',
    ],
    'koa-cash by URL and user': [
      `app.use(require('koa-cash')({ hash: (ctx) => ctx.url + ':' + (ctx.session.user ? 'in' : 'out'), get, set }))`,
    ],
    'a public answer about nobody': [
      `router.get('/logo', async (ctx) => { ctx.set('Cache-Control', 'public, max-age=60'); ctx.body = logo })`,
    ],
    'a public answer for strangers only': [
      `router.get('/', async (ctx) => { if (!ctx.session.user) ctx.set('Cache-Control', 'public'); ctx.body = page(ctx.session.user) })`,
    ],
    'a private answer': [
      `router.get('/', async (ctx) => { ctx.set('Cache-Control', 'private, max-age=60'); ctx.body = page(ctx.session.user) })`,
    ],
  })
})

describe('functions that are loaded once', () => {
  it('are no state of requests: every process loads the same', async () => {
    expect(
      await kinds(`const loaded = {}
async function answer(ctx, path) {
  if (loaded[path]) return loaded[path].call(ctx)
  const found = require(path)
  const run = typeof found === 'function' ? found : found.getData
  loaded[path] = run
  return run.call(ctx)
}
app.use(async (ctx) => { ctx.body = await answer(ctx, ctx.path) })
app.use(async (ctx) => { ctx.body = Object.keys(loaded).concat(ctx.path) })`),
    ).to.deep.equal([])
  })
})

describe('a setting that is filled where it is missing', () => {
  it('is no state of requests', async () => {
    expect(
      await kinds({
        'app.js': `const { salted } = require('./token')
const all = require('./all')
app.use(async (ctx) => { ctx.body = salted() })
app.use(async (ctx) => { ctx.body = all.root + ctx.path })`,
        'token.js': `const all = require('./all')
exports.salted = () => { all.settings.salt = all.settings.salt || 'abc'; return all.settings.salt }`,
        'all.js':
          "const settings = require('./settings.json')\nlet all = { settings: settings, root: '/' }\nmodule.exports = all",
      }),
    ).to.deep.equal([])
  })
})

describe('one-time codes by phone number', () => {
  const codes = (use: string) =>
    appOf(
      koaApp(`app.keys = [process.env.KEY]
app.use(session({}, app))
const codes = new Map()
router.post('/sms', (ctx) => { codes.set(ctx.request.body.phone, { code: draw(), until: Date.now() + 9 }) })
${use}`),
    )

  it('break the app where a login needs them, although sessions are shared', async () => {
    const found = await codes(`router.post('/login', (ctx) => {
  const known = codes.get(ctx.request.body.phone)
  if (known?.code !== ctx.request.body.code) ctx.throw(401)
  codes.delete(ctx.request.body.phone)
  ctx.session.user = ctx.request.body.phone
})`)
    expect(verdictIn(found)).to.deep.equal({
      sessions: 'ready',
      app: 'breaks',
      visibility: 1,
      why: 'all processes verify the same cookie and have the same key; but a login needs codes, a Map of this module, which about 1 request in 4 finds.',
    })
    const [told] = mem01.find(found, topologyOf(found, {}))
    expect(told).to.deep.include({ severity: 'error', title: 'a login needs codes, a Map of this module' })
  })

  it('are an error, and no break, where nobody logs in with them', async () => {
    const found = await codes(
      "router.post('/newsletter', (ctx) => { ctx.body = codes.get(ctx.request.body.phone) === ctx.request.body.code })",
    )
    expect(verdictIn(found)).to.include({ sessions: 'ready', app: 'degrades' })
    expect(mem01.find(found, topologyOf(found, {}))[0]?.severity).to.equal('error')
  })
})

describe('users in an object of another module', () => {
  const users = `const users = {}
exports.add = (name) => { const user = { id: String(Math.random()), name }; users[user.id] = user; return user }
exports.find = (id) => users[id]`
  const answer = async (check: string) =>
    verdictIn(
      await appOf(
        koaApp(
          `const online = require('./online')
app.use(session({ signed: false }, app))
app.use(async (ctx, next) => { ${check}; await next() })
router.post('/login', (ctx) => { ctx.session.user = online.add(ctx.request.body.name) })`,
          { 'online.js': users },
        ),
      ),
    ).sessions

  it('break the login that is looked up in them, although the session is in the cookie', async () => {
    expect(await answer('if (!online.find(ctx.session.user.id)) ctx.session.user = undefined')).to.equal('breaks')
  })

  it('but not where they are looked up by something else', async () => {
    expect(await answer('ctx.state.shown = online.find(ctx.query.id)')).to.equal('ready')
  })
})
