import { join } from 'node:path'
import { Redis, type RedisOptions } from 'ioredis'
import { type Certificate, makeCertificate } from './certificate.js'
import { eventually, freePort, freshDirectory, type ServerProcess, spawnServer } from './process.js'

/** How to start a server. */
export interface RedisServerOptions {
  /** More arguments for the server, such as `['--maxmemory', '4mb']`. */
  args?: string[]
  /** Serves TLS alone, with a fresh certificate. */
  tls?: boolean
  /** ACL lines such as `user app on >secret ~session:* +get`, beside the default user. */
  users?: string[]
  /** The default user's password. */
  password?: string
  /** Serves a Unix socket too. */
  unixSocket?: boolean
  /** This port and no other, to come back where a server was before. */
  port?: number
}

/** A running server. */
export interface RedisServer extends ServerProcess {
  host: string
  port: number
  /** The address, with the default user's password where there is one. */
  url: string
  password: string | undefined
  /** The socket's path, with `unixSocket`. */
  socket: string
  /** The certificate to trust, with `tls`. */
  ca: string | undefined
  /** Opens a client of the default user, which the caller closes. */
  client(options?: RedisOptions): Redis
}

/** Starts a server on 127.0.0.1 that keeps nothing on disk, and answers when it serves. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    const server = await launch(options)
    if (await serves(server)) return server
    const log = server.log()
    await server.stop()
    if (attempt === 5 || options.port || !/in use|failed listening/i.test(log))
      throw new Error(`The Redis server did not start:\n${log}`)
  }
}

async function launch({
  args = [],
  tls = false,
  users = [],
  password,
  unixSocket,
  ...at
}: RedisServerOptions): Promise<RedisServer> {
  const directory = freshDirectory()
  const port = at.port ?? (await freePort())
  const certificate = tls ? await makeCertificate(directory) : undefined
  const socket = join(directory, 'redis.sock')
  const server = spawnServer(
    [
      ...['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      ...(certificate ? tlsArguments(certificate, port) : ['--port', String(port)]),
      ...(unixSocket ? ['--unixsocket', socket] : []),
      ...(password ? ['--requirepass', password] : []),
      ...users.flatMap((line) => ['--user', ...line.split(' ').slice(1)]),
      ...args,
    ],
    directory,
  )
  const host = '127.0.0.1'
  const secret = password ? `:${encodeURIComponent(password)}@` : ''
  const ca = certificate?.cert
  const own: RedisOptions = { host, port, ...(password ? { password } : {}), ...(ca ? { tls: { ca } } : {}) }
  const url = `${ca ? 'rediss' : 'redis'}://${secret}${host}:${port}`
  const client = (options: RedisOptions = {}) => silent(new Redis({ ...own, ...options, replyMapping: 'legacy' }))
  return { ...server, host, port, url, password, socket, ca, client }
}

function tlsArguments({ certFile, keyFile }: Certificate, port: number): string[] {
  const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', certFile]
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files]
}

async function serves(server: RedisServer): Promise<boolean> {
  const client = server.client({ retryStrategy: () => 20, maxRetriesPerRequest: 0 })
  try {
    return await eventually('the server serves or has ended', async () => {
      if (!server.alive()) return { serving: false }
      return (await client.ping()) === 'PONG' && { serving: true }
    }).then(({ serving }) => serving && server.alive())
  } finally {
    client.disconnect()
  }
}

function silent(client: Redis): Redis {
  client.on('error', () => {})
  return client
}
