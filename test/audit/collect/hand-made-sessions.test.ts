import { expect } from 'chai'
import { appOf, type Files, packageJson, sessionsIn, verdictIn } from './small-app.js'

const koa = (lines: string, more: Files = {}): Files => ({
  'package.json': packageJson({ koa: '^2.15.0' }),
  'app.js': `const Koa = require('koa')\nconst app = new Koa()\n${lines}\napp.listen(3000)\n`,
  ...more,
})

const express = (lines: string): Files => ({
  'package.json': packageJson({ express: '^4.0.0', 'cookie-parser': '*' }),
  'app.js': `const express = require('express')\nconst app = express()\n${lines}\napp.listen(3000)\n`,
})

const fastify = (lines: string): Files => ({
  'package.json': packageJson({ fastify: '^5.0.0', '@fastify/cookie': '*' }),
  'app.js': `const app = require('fastify')()\n${lines}\napp.listen({ port: 3000 })\n`,
})

describe('a session written by hand in the memory of one process', () => {
  const apps: Readonly<Record<string, Files>> = {
    'a Map asked for the cookie’s id, and filled where there is none': koa(`const sessions = new Map()
app.use(async (ctx, next) => {
  let id = ctx.cookies.get('sid')
  if (!sessions.has(id)) {
    id = makeId()
    sessions.set(id, {})
    ctx.cookies.set('sid', id)
  }
  ctx.session = sessions.get(id)
  await next()
})`),
    'an object with a default': koa(`const store = {}
app.use(async (ctx, next) => {
  const sid = ctx.cookies.get('koa_sid') || makeId()
  ctx.session = store[sid] = store[sid] || {}
  ctx.cookies.set('koa_sid', sid)
  await next()
})`),
    'a Map of who logged in, asked by another function': koa(`const logins = new Map()
app.use(async (ctx, next) => {
  ctx.state.user = logins.get(ctx.cookies.get('token'))
  await next()
})
app.use(async (ctx) => {
  const token = makeId()
  logins.set(token, await find(ctx.request.body))
  ctx.cookies.set('token', token)
})`),
    'in another file, behind functions': koa("app.use(require('./auth').load)", {
      'auth.js': `const sessions = {}
function find(id) { return sessions[id] }
exports.load = async (ctx, next) => {
  ctx.session = find(ctx.cookies.get('session_id'))
  await next()
}
exports.login = async (ctx) => { sessions[makeId()] = { user: ctx.request.body.user } }`,
    }),
    'a class that keeps them': koa("app.use(require('./sessions').middleware)", {
      'sessions.js': `class Sessions {
  constructor() { this.all = new Map() }
  get(id) { return this.all.get(id) }
  set(id, session) { this.all.set(id, session) }
}
const sessions = new Sessions()
exports.middleware = async (ctx, next) => {
  ctx.session = sessions.get(ctx.cookies.get('sid'))
  await next()
}
exports.login = (ctx) => { sessions.set(makeId(), { user: ctx.request.body.user }) }`,
    }),
    'Express, with cookie-parser': express(`const sessions = {}
app.use(require('cookie-parser')())
app.use((req, res, next) => {
  req.user = sessions[req.cookies.sid]
  next()
})
app.post('/login', (req, res) => {
  const sid = makeId()
  sessions[sid] = req.body.user
  res.cookie('sid', sid).end()
})`),
    'Express, its signed cookies': express(`const sessions = new Map()
app.use(require('cookie-parser')(process.env.KEY))
app.get('/me', (req, res) => res.json(sessions.get(req.signedCookies['sessionId'])))
app.post('/login', (req, res) => {
  const id = makeId()
  sessions.set(id, req.body.user)
  res.cookie('sessionId', id, { signed: true }).end()
})`),
    Fastify: fastify(`const sessions = new Map()
app.addHook('preHandler', async (request) => {
  const { sessionId } = request.cookies
  request.user = sessions.get(sessionId)
})
app.post('/login', async (request, reply) => {
  const id = makeId()
  sessions.set(id, request.body.user)
  reply.setCookie('sessionId', id)
})`),
    'the header read by hand': koa(`const cookie = require('cookie')
const sessions = new Map()
app.use(async (ctx, next) => {
  const { sid } = cookie.parse(ctx.headers.cookie || '')
  ctx.session = sessions.get(sid)
  await next()
})
app.use((ctx) => { sessions.set(makeId(), { user: ctx.request.body.user }) })`),
  }
  for (const [what, files] of Object.entries(apps))
    it(`breaks the login: ${what}`, async () => {
      const found = await appOf(files)
      expect(sessionsIn(found).map((each) => each.replace(/ [\w.]+:\d+/, ''))).to.deep.equal([
        'own session memory, not shared, custom',
      ])
      expect(verdictIn(found)).to.include({ sessions: 'breaks', visibility: 0.25 })
    })

  const others: Readonly<Record<string, Files>> = {
    'the language that a cookie names': koa(`const texts = { en: {}, de: {} }
app.use((ctx) => { ctx.body = texts[ctx.cookies.get('lang')] })`),
    'a cache of what a cookie’s user owns': koa(`const cache = new Map()
app.use(async (ctx) => {
  const user = ctx.cookies.get('user')
  if (!cache.has(user)) cache.set(user, await db.find(user))
  ctx.body = cache.get(user)
})`),
    'tokens that verify by themselves': koa(`const jwt = require('jsonwebtoken')
app.use((ctx) => { ctx.state.user = jwt.verify(ctx.cookies.get('token'), process.env.KEY) })`),
    'ids looked up in Redis': koa(`const client = new (require('ioredis'))()
app.use(async (ctx, next) => {
  ctx.session = JSON.parse(await client.get(ctx.cookies.get('sid')))
  await next()
})`),
    'names of cookies that one request lists': koa(`const client = new (require('ioredis'))()
app.use(async (ctx) => {
  const cookies = ['_session', '_session.sig']
  cookies.push('_session.legacy')
  const [found] = await Promise.all([client.get(ctx.cookies.get(cookies[0])), provider.Session.find(ctx.cookies.get(cookies[1]))])
  ctx.body = ['a', 'b'].map((each) => cookies[each])
})`),
    'users that the file names, and nobody adds to': express(`const users = { '1': { name: 'Ann' } }
app.get('/me', (req, res) => res.json(users[req.cookies.user]))`),
  }
  for (const [what, files] of Object.entries(others))
    it(`is none: ${what}`, async () => {
      expect(verdictIn(await appOf(files)).sessions).to.equal('ready')
    })
})

describe('a session written by hand beside one that is mounted', () => {
  it('breaks the login, too', async () => {
    const found = await appOf({
      'package.json': packageJson({ koa: '^2.15.0', 'koa-session': '^6.0.0' }),
      'app.js': `const app = new (require('koa'))()
app.keys = [process.env.KEY]
app.use(require('koa-session')(app))
const sessions = new Map()
app.use(async (ctx, next) => {
  const id = ctx.cookies.get('sid')
  if (!sessions.has(id)) sessions.set(id, { user: ctx.request.body.user })
  ctx.state.user = sessions.get(id)
  await next()
})
app.listen(1)`,
    })
    expect(verdictIn(found).sessions).to.equal('breaks')
  })
})

describe('a token of a header, kept in the memory of one process', () => {
  it('breaks the login, although no session is mounted', async () => {
    const found = await appOf(
      koa(`const tokens = new Map()
app.use(async (ctx, next) => {
  ctx.state.user = tokens.get(ctx.get('Authorization'))
  await next()
})
app.use((ctx) => {
  const token = makeId()
  tokens.set(token, ctx.request.body.user)
  ctx.body = { token }
})`),
    )
    expect(verdictIn(found)).to.include({ sessions: 'breaks', visibility: 0.25 })
  })
})
