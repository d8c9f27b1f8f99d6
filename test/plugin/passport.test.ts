import { expect } from 'chai'
import type Koa from 'koa'
import passport from 'koa-passport'
import { type Routes, withApp } from './served-app.js'
import { watchedStore } from './watched-store.js'

passport.serializeUser<string>((user, done) => done(null, Reflect.get(user, 'name')))
passport.deserializeUser<string>((name, done) => done(null, { name }))

const behind = (app: Koa) => {
  app.use(passport.initialize())
  app.use(passport.session())
}

const routes: Routes = {
  '/plant': (ctx) => {
    ctx.session.cart = { planted: true }
    return 'planted'
  },
  '/login': async (ctx) => {
    await ctx.login({ name: 'ada' })
    return 'in'
  },
  '/who': (ctx) => (ctx.isAuthenticated() ? ctx.state.user.name : 'nobody'),
  '/logout': async (ctx) => {
    await ctx.logout()
    return 'out'
  },
}

describe('koa-passport', () => {
  it('login gives a new id and logs in, logout logs out, and neither leaves a session behind', async () => {
    const store = watchedStore()
    await withApp(
      { store },
      routes,
      async ({ browser, errors }) => {
        const ada = browser()
        await ada.get('/plant')
        const planted = ada.copy()
        expect((await ada.get('/login')).body).to.equal('in')
        expect(ada.cookies.get('session')).not.to.equal(planted.cookies.get('session'))
        expect((await ada.get('/who')).body).to.equal('ada')
        expect((await planted.get('/who')).body).to.equal('nobody')
        const loggedIn = ada.copy()
        expect((await ada.get('/logout')).body).to.equal('out')
        expect((await ada.get('/who')).body).to.equal('nobody')
        expect((await loggedIn.get('/who')).body).to.equal('nobody')
        expect(await store.liveKeys()).to.have.length(1)
        expect(errors).to.deep.equal([])
      },
      undefined,
      behind,
    )
  })

  it('login works for a visitor without a session', () =>
    withApp(
      {},
      routes,
      async ({ browser }) => {
        const ada = browser()
        await ada.get('/login')
        expect((await ada.get('/who')).body).to.equal('ada')
      },
      undefined,
      behind,
    ))
})
