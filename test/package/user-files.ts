// What users write, kept as text: it must not be compiled together with the tests, whose session data differ.

/** Logs in over HTTP, with the Koa that the command line names. */
export const roundTrip = `
import { once } from 'node:events'
import { sharedSession } from 'koa-shared-session'

const { default: Koa } = await import(process.argv[2])
const sessions = sharedSession({ store: 'file' })
const app = new Koa()
app.use(sessions)
app.use(async (ctx) => {
  if (ctx.path === '/login') {
    ctx.session.user = 'ada'
    await ctx.session.regenerate()
  }
  ctx.body = ctx.session.user ?? 'nobody'
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = 'http://127.0.0.1:' + server.address().port
const login = await fetch(origin + '/login')
const cookie = login.headers.getSetCookie()[0].split(';')[0]
const stranger = await fetch(origin)
const visit = await fetch(origin, { headers: { cookie } })
console.log(await stranger.text(), await visit.text())
server.close()
await sessions.close()
`

export const commonJs = `
const door = require('koa-shared-session')
const { storeContract } = require('koa-shared-session/store-contract')
console.log(typeof door.sharedSession, door.default === door.sharedSession, typeof storeContract)
`

export const modules = `
import sharedSession, * as door from 'koa-shared-session'
import { storeContract } from 'koa-shared-session/store-contract'
console.log(sharedSession === door.sharedSession, typeof storeContract, Object.keys(door).sort().join())
`

/** Fields, options and stores with types. Each line marked as an error must be one. */
export const typed = `
import Router from 'koa-router'
import Koa from 'koa'
import sharedSession, { fileStore, memoryStore, redisStore, SessionError, type Store } from 'koa-shared-session'
import { storeContract } from 'koa-shared-session/store-contract'

declare module 'koa-shared-session' {
  interface SessionData {
    user: { id: number; name: string }
    views: number
  }
}

const app = new Koa()
const sessions = sharedSession({
  keys: ['one', 'two'],
  lifetime: 3600,
  cookie: { sameSite: 'strict', name: 'sid' },
  onStoreDown: (ctx) => (ctx.path === '/' ? 'anonymous' : 'fail'),
  valid: async (ctx, session) => session.user?.id !== 0 && ctx.secure,
  skip: (ctx) => ctx.path.startsWith('/assets/'),
  redis: { host: 'localhost' },
})
app.use(sessions)

app.use(async (ctx, next) => {
  const name: string | undefined = ctx.session.user?.name
  ctx.session.user = { id: 1, name: name ?? 'Ada' }
  ctx.session.views = (ctx.session.views ?? 0) + 1
  ctx.session.maxAge = 60_000
  ctx.session.maxAge = 'session'
  delete ctx.session.views
  await ctx.session.save()
  await ctx.session.regenerate()
  await ctx.session.update((fields) => {
    fields.views = (fields.views ?? 0) + 1
  })
  ctx.session = { user: { id: 2, name: 'Grace' } }
  ctx.session = null
  // @ts-expect-error a field of another type
  ctx.session.user = 'ada'
  // @ts-expect-error a field that nobody declared
  ctx.session.basket = []
  // @ts-expect-error may be missing
  ctx.session.user.name
  // @ts-expect-error an object with a field of another type
  ctx.session = { user: 'ada' }
  await next()
})

const router = new Router()
router.get('/', (ctx) => {
  ctx.body = ctx.session.user?.name
  ctx.session.user = { id: 1, name: 'Ada' }
  ctx.session = null
  ctx.session = { views: 1 }
  // @ts-expect-error a field of another type
  ctx.session.views = 'one'
  // @ts-expect-error a field that nobody declared
  ctx.session.basket = []
})
app.use(router.routes())

// @ts-expect-error not a word that sameSite knows
sharedSession({ cookie: { sameSite: 'laxx' } })
// @ts-expect-error no such option
sharedSession({ maxAge: 1000 })
// @ts-expect-error no such option of the cookie
sharedSession({ cookie: { expires: 1 } })
// @ts-expect-error a text where a number belongs
sharedSession({ lifetime: '1 day' })
// @ts-expect-error no such answer
sharedSession({ onStoreDown: () => 'ignore' })
// @ts-expect-error not a store
sharedSession({ store: { get() {} } })

const stores: Store[] = [memoryStore(), fileStore({ directory: '/tmp/x' }), redisStore({ redis: 'redis://localhost' })]
storeContract({ describe: () => undefined, it: () => undefined }, { name: 'mine', create: () => stores[0] ?? memoryStore() })
const backend: 'redis' | 'file' | 'memory' | 'cookie' | 'custom' = sessions.backend
const code: string = new SessionError('SESSION_KEY_WEAK', backend).code
console.log(code)
await sessions.check()
await sessions.close()
`

/** Without an augmentation, no field is known. */
export const untyped = `
import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

const app = new Koa()
app.use(sharedSession())
app.use((ctx) => {
  // @ts-expect-error a field that nobody declared
  ctx.session.user = 'ada'
  // @ts-expect-error a field that nobody declared
  ctx.body = ctx.session.views
  ctx.session = null
  ctx.session = {}
  ctx.body = { isNew: ctx.session.isNew, populated: ctx.session.populated, length: ctx.session.length }
})
`

export const commonJsTyped = `
import door = require('koa-shared-session')
const sessions: door.SharedSession = door.sharedSession({ lifetime: 60 })
export = sessions
`

/** What may be used where nobody installed the types of Koa. */
export const withoutKoaTypes = `
import { fileStore, sharedSession, SessionError } from 'koa-shared-session'
const sessions = sharedSession({ store: fileStore({ directory: '/tmp/x' }), lifetime: 60 })
// @ts-expect-error a text where a number belongs
sharedSession({ lifetime: '1 day' })
console.log(sessions.backend, new SessionError('SESSION_KEY_WEAK', '').code)
`

/** An app that uses nothing but Node: \`serve\` runs it in a directory where nothing is installed. */
export const bareServer = `
require('node:http').createServer((request, response) => response.end('worker ' + process.env.KOA_SESSION_WORKER_ID)).listen(process.env.PORT)
`

/** An app for \`serve\`: counts the views of a visitor, and says which worker answered. */
export const served = `
import Koa from 'koa-3'
import { sharedSession } from 'koa-shared-session'

const app = new Koa()
app.use(sharedSession())
app.use((ctx) => {
  ctx.session.views = (ctx.session.views ?? 0) + 1
  ctx.body = { views: ctx.session.views, worker: process.env.KOA_SESSION_WORKER_ID }
})
app.listen(process.env.PORT, '127.0.0.1')
`
