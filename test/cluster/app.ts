// The app that the tests serve. What it does at boot is in the file $BOOT, so that a reload can meet a new version.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import Koa, { type Context } from 'koa'
import { sharedSession } from 'koa-shared-session'

const boot = process.env.BOOT && existsSync(process.env.BOOT) ? readFileSync(process.env.BOOT, 'utf8').trim() : ''
if (boot === 'throw') throw new Error('this version does not boot')
if (boot === 'exit') process.exit(7)

const kept: Buffer[] = []

const routes: Record<string, (ctx: Context) => unknown> = {
  '/': (ctx) => ({ user: ctx.session.user ?? null, ...self() }),
  '/login': (ctx) => {
    ctx.session.user = 'ada'
    return self()
  },
  '/env': (ctx) => process.env[String(ctx.query.name)] ?? '',
  '/argv': () => process.argv.slice(2),
  // Answers when the client has sent its whole body.
  '/echo': async (ctx) => {
    console.log(`got ${ctx.path} in ${process.pid}`)
    return text(ctx.req)
  },
  '/refused': (ctx) => ctx.throw(401),
  '/crash': () => setImmediate(() => Promise.reject(new Error('the app crashes'))) && 'soon',
  '/exit': () => setImmediate(() => process.exit(0)) && 'soon',
  '/hang': () => setImmediate(() => block()) && 'soon',
  '/grow': () => kept.push(Buffer.alloc(400 * 1024 * 1024, 1)),
}

const self = () => ({ pid: process.pid, slot: process.env.KOA_SESSION_WORKER_ID, version: boot })

function block(): void {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const app = new Koa()
const sessions = sharedSession()
app.use(sessions.health('/ready'))
app.use(sessions)
app.use(async (ctx) => {
  ctx.body = await routes[ctx.path]?.(ctx)
})
const start = () => createServer(app.callback()).listen(Number(process.env.PORT), '127.0.0.1')
if (boot !== 'never') start()
if (boot === 'ready later') process.on('SIGUSR1', () => process.send?.('ready'))
if (process.env.ON_TERM) process.on('SIGTERM', () => console.log(`${process.env.ON_TERM} in ${process.pid}`))
