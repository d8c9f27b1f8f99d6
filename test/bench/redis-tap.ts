import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Redis } from 'ioredis'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { commandsOf } from './redis-commands.js'

/** What a piece of work cost in Redis. */
export interface Cost {
  /** The commands that were sent, in order; what a script does inside the server is not among them. */
  readonly commands: string[]
  /** Bytes sent to Redis, and back. */
  readonly sent: number
  readonly received: number
}

/** How often the server ran each command, those inside scripts among them (INFO commandstats). */
export type CommandStats = Readonly<Record<string, number>>

/** A Redis server, behind a tap that counts what passes. */
export class RedisTap {
  #sent = 0
  #received = 0
  readonly #sockets = new Set<Socket>()

  private constructor(
    readonly server: RedisServer,
    readonly admin: Redis,
    readonly gate: Server,
  ) {
    gate.on('connection', (socket: Socket) => this.#join(socket))
  }

  static async open(): Promise<RedisTap> {
    const server = await startRedis()
    const gate = createServer().listen(0, '127.0.0.1')
    await once(gate, 'listening')
    return new RedisTap(server, server.client(), gate)
  }

  /** Where apps connect. */
  get url(): string {
    return `redis://127.0.0.1:${(this.gate.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.gate.close()
    this.admin.disconnect()
    await this.server.stop()
  }

  /** Does some work, and answers what it cost. */
  async costOf(work: () => Promise<unknown>): Promise<Cost> {
    const [sent, received] = [this.#sent, this.#received]
    const commands = await commandsOf(this.admin, work)
    return { commands, sent: this.#sent - sent, received: this.#received - received }
  }

  /** Does some work, and answers what the server counted meanwhile. */
  async statsOf(work: () => Promise<unknown>): Promise<CommandStats> {
    await this.admin.config('RESETSTAT')
    await work()
    const info = await this.admin.info('commandstats')
    return Object.fromEntries(
      [...info.matchAll(/cmdstat_(\S+?):calls=(\d+)/g)].map(([, name, calls]) => [String(name), Number(calls)]),
    )
  }

  #join(socket: Socket): void {
    const upstream = connect(this.server.port, this.server.host)
    socket.on('data', (bytes) => {
      this.#sent += bytes.length
    })
    upstream.on('data', (bytes) => {
      this.#received += bytes.length
    })
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      this.#sockets.add(one)
      one.pipe(other)
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  }
}
