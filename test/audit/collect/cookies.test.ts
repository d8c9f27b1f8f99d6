import { expect } from 'chai'
import { appOf, type Files, koaApp, packageJson } from './small-app.js'

/** What the session's cookie is literally set to, and where. */
async function cookie(lines: string, more: Files = {}) {
  const [session] = (await appOf(koaApp(lines, more))).sessions
  if (session === undefined) throw new Error('no session')
  return Object.fromEntries(
    Object.entries(session.cookie).map(([name, { value, place }]) => [name, [value, place.line]]),
  )
}

describe('the flags of the cookie', () => {
  it('are those that are written; one that is not is absent', async () => {
    expect(
      await cookie(
        "app.use(session({ key: 'sid', httpOnly: false, secure: true, sameSite: 'lax', maxAge: 86400000 }, app))",
      ),
    ).to.deep.equal({
      key: ['sid', 4],
      httpOnly: [false, 4],
      secure: [true, 4],
      sameSite: ['lax', 4],
      maxAge: [86400000, 4],
    })
    expect(await cookie('app.use(session(app))')).to.deep.equal({})
  })

  it('stand where they are written', async () => {
    const more = { 'config.js': 'exports.session = {\n  httpOnly: true,\n  signed: false,\n}' }
    expect(await cookie("app.use(session(require('./config').session, app))", more)).to.deep.equal({
      httpOnly: [true, 2],
      signed: [false, 3],
    })
  })

  it('are those that a function gives, which koa-session-minimal asks for each request', async () => {
    const [session] = (
      await appOf({
        'package.json': packageJson({ koa: '2', 'koa-session-minimal': '4' }),
        'app.js':
          "const app = new (require('koa'))()\napp.use(require('koa-session-minimal')({\n  cookie: (ctx) => ({ maxAge: ctx.session.user ? 3600000 : 0, httpOnly: false }),\n}))\napp.listen(1)",
      })
    ).sessions
    expect(session?.cookie.httpOnly).to.deep.include({ value: false })
    expect(session?.cookie.httpOnly?.place.line).to.equal(3)
  })

  it('are none where the options are a function that nobody calls: koa-session does not either', async () => {
    const more = { 'options.js': "module.exports = () => ({ key: 'sid', httpOnly: false })" }
    expect(await cookie("app.use(session(require('./options'), app))", more)).to.deep.equal({})
    expect(await cookie("app.use(session(require('./options')(), app))", more)).to.have.keys('key', 'httpOnly')
    expect((await appOf(koaApp("app.use(session(require('./options'), app))", more))).sessions[0]?.store.kind).to.equal(
      'cookie',
    )
  })

  it('are computed where they can be, and quoted where not', async () => {
    expect(
      await cookie('const day = 24 * 60 * 60 * 1000\napp.use(session({ maxAge: 7 * day, secure: strange() }, app))'),
    ).to.deep.equal({
      maxAge: [604800000, 5],
      secure: [{ expression: 'strange()' }, 5],
    })
  })

  it('are not what a comment says', async () => {
    const text =
      'const CONFIG = {\n  /** (boolean) httpOnly or not (default true) */\n  // httpOnly: false,\n  signed: true,\n}\napp.use(session(CONFIG, app))'
    expect(await cookie(text)).to.deep.equal({ signed: [true, 7] })
  })

  it('of koa-generic-session are in its cookie option', async () => {
    const files = {
      'package.json': packageJson({ koa: '^2.0.0', 'koa-generic-session': '^2.0.0' }),
      'app.js':
        "const app = new (require('koa'))()\nconst session = require('koa-generic-session')\napp.use(session({ key: 'sid', rolling: true, cookie: { httpOnly: false, maxAge: 5 } }))\napp.listen(1)",
    }
    const [session] = (await appOf(files)).sessions
    expect(Object.keys(session?.cookie ?? {})).to.have.members(['key', 'rolling', 'httpOnly', 'maxAge'])
  })

  it('of express-session that stand outside of its cookie option are not set', async () => {
    const files = {
      'package.json': packageJson({ express: '^4.0.0', 'express-session': '^1.0.0' }),
      'app.js':
        "const app = require('express')()\napp.use(require('express-session')({ secret: 's', httpOnly: false, cookie: { secure: true } }))\napp.listen(1)",
    }
    const [session] = (await appOf(files)).sessions
    expect(session?.cookie).to.have.property('secure')
    expect(session?.cookie).to.not.have.property('httpOnly')
  })

  it('tell whether it is signed', async () => {
    const signed = async (options: string) =>
      (await appOf(koaApp(`app.use(session(${options}, app))`))).sessions[0]?.signed
    expect(await signed('{}')).to.equal(true)
    expect(await signed('{ signed: false }')).to.equal(false)
    expect(await signed('{ signed: strange }')).to.equal(undefined)
  })
})

describe('whether the app trusts a proxy', () => {
  const trust = async (app: string, more: Files = {}) =>
    (
      await appOf({
        'package.json': packageJson({ koa: '^2.0.0' }),
        'app.js': `const Koa = require('koa')\n${app}\napp.listen(1)`,
        ...more,
      })
    ).trust.map(({ value, place, limited }) => [value, place.line, limited])

  it('is written in one of three ways', async () => {
    expect(await trust('const app = new Koa({ proxy: true })')).to.deep.equal([[true, 2, false]])
    expect(await trust('const app = new Koa()\napp.proxy = true\napp.maxIpsCount = 1')).to.deep.equal([[true, 3, true]])
    expect(await trust('const app = new Koa()\napp.proxy = false')).to.deep.equal([[false, 3, false]])
  })

  it('is production’s', async () => {
    expect(
      await trust("const app = new Koa()\napp.proxy = process.env.NODE_ENV === 'production' ? true : false"),
    ).to.deep.equal([[true, 3, false]])
  })

  it('cannot be told', async () => {
    expect(await trust('const app = new Koa()\napp.proxy = strange()')).to.deep.equal([['unknown', 3, false]])
    expect(await trust('const app = new Koa()\nhttp.proxy = true')).to.deep.equal([])
    expect(await trust('const app = new Koa()')).to.deep.equal([])
  })

  it('is Fastify’s option', async () => {
    const trusts = async (name: string, text: string) => {
      const {
        trust,
        proxies: _,
        ...facts
      } = await appOf({
        'package.json': packageJson({ fastify: '^4.0.0', '@fastify/session': '^10.0.0' }),
        [name]: `${text}\napp.listen({ port: 1 })`,
      })
      return [facts.framework.name, ...trust.map(({ value, place }) => `${value} ${place.line}`)]
    }
    const options = '{ trustProxy: true }'
    expect(await trusts('app.js', `const app = require('fastify')(${options})`)).to.deep.equal(['fastify', 'true 1'])
    expect(await trusts('app.mjs', `import Fastify from 'fastify'\nconst app = Fastify(${options})`)).to.deep.equal([
      'fastify',
      'true 2',
    ])
    expect(
      await trusts('app.mjs', `import { fastify } from 'fastify'\nconst app = fastify({ trustProxy: ['10.0.0.1'] })`),
    ).to.deep.equal(['fastify', 'true 2'])
    expect(await trusts('app.js', `const app = require('fastify')({ trustProxy: false })`)).to.deep.equal([
      'fastify',
      'false 1',
    ])
    expect(await trusts('app.js', `const app = require('fastify')({ logger: true })`)).to.deep.equal(['fastify'])
  })

  it('is Express’s setting', async () => {
    const files = {
      'package.json': packageJson({ express: '^4.0.0' }),
      'app.js': "const app = require('express')()\napp.set('trust proxy', 1)\napp.listen(1)",
    }
    expect((await appOf(files)).trust.map(({ value }) => value)).to.deep.equal([true])
  })
})
