import { errorMonitor } from 'node:events'
import { Server } from 'node:net'

/** A server of Node's http, https or http2, as far as it is ours to close. */
export interface HttpServer extends Server {
  closeIdleConnections(): void
  closeAllConnections(): void
}

/** An HTTP/2 connection. */
interface Http2Session {
  close(): void
  once(event: 'close', listener: () => void): unknown
}

type ListenError = NodeJS.ErrnoException & { port?: number; address?: string }

export interface ServerEvents {
  listening(address: string): void
  blocked(code: string, where: string): void
}

/** Every server of this process that was ever told to listen. */
export interface Servers {
  readonly all: ReadonlySet<Server>
  readonly sessions: ReadonlySet<Http2Session>
}

/** Notices the servers that the app makes, of whatever module, so that the app need not change. */
export function noticeServers(events: ServerEvents): Servers {
  const all = new Set<Server>()
  const sessions = new Set<Http2Session>()
  const notice = (server: Server) => {
    if (all.has(server)) return
    all.add(server)
    server.on('listening', () => events.listening(addressOf(server)))
    // A listener for 'error' itself would keep an error that nobody handles from ending the process.
    server.on(errorMonitor as unknown as 'error', (error: ListenError) => {
      if (error.syscall !== 'listen' && error.syscall !== 'bind') return
      const where = error.port === undefined ? String(error.address) : `port ${error.port}`
      events.blocked(error.code ?? error.message, where)
    })
    if (!('updateSettings' in server)) return
    server.on('session', (session: Http2Session) => {
      sessions.add(session)
      session.once('close', () => sessions.delete(session))
    })
  }
  const listen = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    notice(this)
    return listen.apply(this, args)
  } as Server['listen']
  return { all, sessions }
}

export const isHttp = (server: Server): server is HttpServer => 'closeIdleConnections' in server

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null) return 'nowhere'
  if (typeof address === 'string') return address
  const wildcard = address.address === '::' || address.address === '0.0.0.0'
  const host = wildcard ? 'localhost' : address.family === 'IPv6' ? `[${address.address}]` : address.address
  if (!isHttp(server) && !('updateSettings' in server)) return `tcp://${host}:${address.port}`
  return `${'setSecureContext' in server ? 'https' : 'http'}://${host}:${address.port}`
}
