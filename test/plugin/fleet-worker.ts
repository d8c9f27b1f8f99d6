import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

/** What a worker is asked: to be visited at a host by somebody with a session, and then whether it fits the others. */
export interface Visit {
  readonly host: string
}

// A worker that has one app for each prefix in PREFIXES, and one more session with another path. GIVEN_CLIENT: over a client of its own.
const prefixes = (process.env.PREFIXES ?? process.env.SESSION_KEY_PREFIX ?? 'session:').split(',')
const { GIVEN_CLIENT: address } = process.env
const given = address ? { redis: new Redis(address) } : {}
const apps = prefixes.map((prefix) => {
  const app = new Koa({ proxy: true })
  const sessions = sharedSession({ prefix, ...given })
  app.use(sessions)
  app.use((ctx) => {
    ctx.body = 'done'
  })
  return { app, sessions }
})
const listening = apps.map(({ app }) => app.listen(0, '127.0.0.1'))
sharedSession({ cookie: { path: '/admin' }, prefix: `admin:${process.pid}:` })

const codeOf = (error: unknown) => String(Reflect.get(error as object, 'code'))

process.on('message', async ({ host }: Visit) => {
  for (const server of listening) {
    const { port } = server.address() as AddressInfo
    await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-host': host, cookie: 'session=unknown' } })
  }
  const answers = await Promise.all(apps.map(({ sessions }) => sessions.check().then(() => 'fine', codeOf)))
  process.send?.(answers.join())
})
// As a readiness gate that asks before the first visitor comes.
await Promise.all(apps.map(({ sessions }) => sessions.check().catch(() => undefined)))
process.send?.('ready')
