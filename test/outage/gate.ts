import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What the gate does to what comes from the server: passes it, passes it late (ms), or breaks the connection there. */
export type Passage = 'open' | { readonly late: number } | 'reset'

/** A way to a server that can be shut, slowed down and cut in the middle of a reply, on one port. */
export class Gate {
  passage: Passage = 'open'
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  constructor(readonly upstream: { host: string; port: number }) {}

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** Lets connections in, on the same port as before. */
  async open(): Promise<void> {
    this.passage = 'open'
    if (this.#server) return
    const server = createServer((socket) => this.#join(socket)).listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  /** Refuses connections, and ends those there are. */
  async shut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = server && once(server, 'close')
    server?.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #join(socket: Socket): void {
    const server = connect(this.upstream.port, this.upstream.host)
    for (const [one, other] of [
      [socket, server],
      [server, socket],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
    socket.pipe(server)
    server.on('data', (bytes) => this.#pass(bytes, socket))
  }

  #pass(bytes: Buffer, socket: Socket): void {
    if (this.passage === 'open') socket.write(bytes)
    else if (this.passage === 'reset') {
      socket.write(bytes.subarray(0, bytes.length / 2))
      socket.resetAndDestroy()
    } else setTimeout(() => socket.destroyed || socket.write(bytes), this.passage.late).unref()
  }
}
