// Runs one code block as a program of its own, and tells the test the port that it got instead of the one it asked for.
import { once } from 'node:events'
import { Server } from 'node:net'
import { pathToFileURL } from 'node:url'

const opened: Server[] = []
const listen: (this: Server, port: number, host: string) => Server = Server.prototype.listen

Server.prototype.listen = function (this: Server) {
  opened.push(this)
  return listen.call(this, 0, '127.0.0.1')
}

await import(pathToFileURL(process.argv[2] ?? '').href)

for (const server of opened) {
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  if (address && typeof address === 'object') process.send?.({ port: address.port })
}
