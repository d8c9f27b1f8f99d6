import { Cluster } from 'ioredis'
import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

const nodes = (process.env.REDIS_NODES ?? '127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003').split(',')
const cluster = new Cluster(
  nodes.map((node) => ({ host: node.split(':')[0], port: Number(node.split(':')[1]) })),
  // Where the cluster is ill, fail soon: the answer is then 503 with Retry-After, and not a page that loads for ever.
  { redisOptions: { maxRetriesPerRequest: 1 } },
)
cluster.on('error', (error) => console.error(`redis: ${error.message}`))

const app = new Koa()
const sessions = sharedSession({ redis: cluster, prefix: 'shop:session:' })
app.use(sessions.health('/ready'))
app.use(sessions)
app.use(async (ctx) => {
  await ctx.session.update((fields) => {
    fields.views = (fields.views ?? 0) + 1
  })
  ctx.body = { views: ctx.session.views, worker: process.env.KOA_SESSION_WORKER_ID }
})
app.listen(process.env.PORT ?? 3000, '127.0.0.1')

// A client that is handed over is ours to close, when the requests are done.
process.on('koa-shared-session:shutdown', (waitUntil) => waitUntil(sessions.close().then(() => cluster.quit())))
