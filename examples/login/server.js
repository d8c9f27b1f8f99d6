import { createApp } from './app.js'

const host = process.env.HOST || '127.0.0.1'
const port = Number(process.env.PORT || 3000)

if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT is no port number: ${process.env.PORT}`)
  process.exit(1)
}
const server = createApp().listen(port, host)
// Only so that a reload can meet another worker: browsers would stay on one connection.
server.maxRequestsPerSocket = 1
