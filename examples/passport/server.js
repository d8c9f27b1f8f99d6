import Koa from 'koa'
import passport from 'koa-passport'
import Router from 'koa-router'
import { sharedSession } from 'koa-shared-session'
import { Strategy } from 'passport-local'
import { readForm } from '../login/form.js'
import { findUser, isPassword } from './users.js'

passport.use(
  new Strategy((name, password, done) => {
    authenticated(name, password).then((user) => done(null, user ?? false), done)
  }),
)
// The session holds the name alone; who that is today is looked up with every request.
passport.serializeUser((user, done) => done(null, user.name))
passport.deserializeUser((name, done) => done(null, findUser(name) ?? false))

async function authenticated(name, password) {
  const user = findUser(name)
  return user && (await isPassword(password, user)) ? user : undefined
}

const router = new Router()

router.post('/login', readBody, passport.authenticate('local'), (ctx) => {
  ctx.body = about(ctx)
})

router.post('/logout', async (ctx) => {
  await ctx.logout()
  ctx.body = about(ctx)
})

router.get('/', (ctx) => {
  ctx.body = about(ctx)
})

async function readBody(ctx, next) {
  ctx.request.body = Object.fromEntries(await readForm(ctx))
  await next()
}

function about(ctx) {
  return { user: ctx.state.user?.name ?? null, worker: process.env.KOA_SESSION_WORKER_ID }
}

const app = new Koa()
app.use(sharedSession())
app.use(passport.initialize())
app.use(passport.session())
app.use(router.routes())
app.listen(process.env.PORT ?? 3000, '127.0.0.1')
