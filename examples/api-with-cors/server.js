import Koa from 'koa'
import { createApi } from './api.js'
import { page } from './page.js'

const port = process.env.PORT ?? 3000
const pagePort = process.env.PAGE_PORT ?? 3001

// Two names of one machine are two sites for a browser, as shop.example and api.example.org are.
const server = createApi([`http://localhost:${pagePort}`]).listen(port, '127.0.0.1')
// Only so that the answers come from one worker after the other: browsers would stay on one connection.
server.maxRequestsPerSocket = 1

const site = new Koa()
site.use((ctx) => {
  ctx.type = 'html'
  ctx.body = page(`http://127.0.0.1:${port}`)
})
site.listen(pagePort, '127.0.0.1')
