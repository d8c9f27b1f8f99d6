import Koa from 'koa'
import Router from 'koa-router'
import { sharedSession } from 'koa-shared-session'

const router = new Router()

router.post('/login', async (ctx) => {
  await ctx.session.regenerate()
  ctx.session.user = 'ada'
  ctx.body = { user: 'ada' }
})

router.post('/logout', (ctx) => {
  ctx.session = null
  ctx.body = { user: null }
})

router.get('/', async (ctx) => {
  await ctx.session.update((fields) => {
    fields.views = (fields.views ?? 0) + 1
  })
  const { user = null, views } = ctx.session
  ctx.body = { user, views }
})

const app = new Koa()
app.proxy = true
app.use(sharedSession())
app.use(router.routes())
app.listen(process.env.PORT ?? 8000, process.env.HOST ?? '127.0.0.1')
