import Koa from 'koa'
import Router from 'koa-router'
import { sharedSession } from 'koa-shared-session'
import { WebSocketServer } from 'ws'
import { page } from './page.js'
import { sessionReader } from './session-of.js'

const worker = `worker ${process.env.KOA_SESSION_WORKER_ID}`
const router = new Router()

router.get('/', (ctx) => {
  ctx.type = 'html'
  ctx.body = page
})

router.post('/login', async (ctx) => {
  await ctx.session.regenerate()
  ctx.session.user = 'ada'
  ctx.body = `${worker}: logged in`
})

router.post('/logout', (ctx) => {
  ctx.session = null
  ctx.body = `${worker}: logged out`
})

const app = new Koa()
const sessions = sharedSession()
app.use(sessions)
app.use(router.routes())
const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1')

const sessionOf = sessionReader(app, sessions)
const sockets = new WebSocketServer({ noServer: true, maxPayload: 10_000 })

server.on('upgrade', async (request, connection, head) => {
  connection.on('error', () => connection.destroy())
  try {
    if (!isOwnPage(request)) return refuse(connection, '403 Forbidden')
    const { user } = await sessionOf(request)
    if (!user) return refuse(connection, '401 Unauthorized')
    sockets.handleUpgrade(request, connection, head, (socket) => talk(socket, request))
  } catch {
    refuse(connection, '503 Service Unavailable')
  }
})

/** Browsers send cookies with an upgrade that another site's page asks for, and CORS does not apply to it. */
function isOwnPage({ headers }) {
  return URL.canParse(headers.origin ?? '') && new URL(headers.origin).host === headers.host
}

function refuse(connection, status) {
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function talk(socket, request) {
  socket.on('message', async (text) => {
    try {
      // Asked anew: a socket stays open for hours, and must not outlive the login.
      const { user } = await sessionOf(request)
      if (!user) return socket.close(4401, 'logged out')
      socket.send(`${worker}: ${user} says ${text}`)
    } catch {
      socket.close(1013, 'no sessions just now')
    }
  })
  socket.on('error', () => socket.terminate())
}

// `serve` says so before it ends a worker: browsers that are told connect again, to another one.
process.on('koa-shared-session:drain', () => {
  for (const socket of sockets.clients) socket.close(1001, 'this worker ends')
})
