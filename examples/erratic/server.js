import { createServer } from 'node:http'
import { sharedSession } from 'koa-shared-session'
import { createApp } from './app.js'
import { inMemory } from './in-memory.js'
import { createPage } from './page.js'

const inMemoryApp = createApp('/in-memory', inMemory).callback()
const sharedApp = createApp('/shared', () => sharedSession()).callback()
const page = createPage().callback()

const server = createServer((request, response) => {
  if (request.url.startsWith('/in-memory/')) return inMemoryApp(request, response)
  if (request.url.startsWith('/shared/')) return sharedApp(request, response)
  return page(request, response)
})
// One request a connection, as if each came from another visit: a connection that stays open stays at its worker.
server.maxRequestsPerSocket = 1
server.listen(process.env.PORT ?? 3000, '127.0.0.1')
