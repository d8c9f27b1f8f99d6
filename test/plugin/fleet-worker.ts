import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

// A worker whose requests seem to come in on the port that its parent names, as they do where workers share one.
let port = 0
const app = new Koa()
app.use(async (ctx, next) => {
  Object.defineProperty(ctx.req.socket, 'localPort', { value: port })
  await next()
})
app.use(sharedSession())
app.use((ctx) => {
  ctx.body = 'done'
})
const server = createServer(app.callback()).listen(0, '127.0.0.1', () => process.send?.('ready'))
process.on('message', async (shared: number) => {
  port = shared
  const own = (server.address() as AddressInfo).port
  await fetch(`http://127.0.0.1:${own}/`, { headers: { cookie: 'session=unknown' } })
  process.send?.('visited')
})
