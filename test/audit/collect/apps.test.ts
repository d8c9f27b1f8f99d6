import { expect } from 'chai'
import { appOf, appsOf, type Files, packageJson, secretsIn, sessionsIn } from './small-app.js'

const framework = async (files: Files) => (await appsOf(files)).map((facts) => facts.framework.name)

describe('the apps of a directory', () => {
  it('are those of Nest, which is on Express', async () => {
    const files = {
      'package.json': packageJson({ '@nestjs/core': '^10.0.0', 'express-session': '*' }),
      'src/main.ts': `import { NestFactory } from '@nestjs/core'
import * as session from 'express-session'
import { AppModule } from './app.module'
async function bootstrap() {
  const app = await NestFactory.create(AppModule)
  app.use(session({ secret: 'xyz', cookie: { maxAge: 600000 } }))
  await app.listen(3000)
}
bootstrap()`,
      'src/app.module.ts': 'export class AppModule {}',
    }
    expect(await framework(files)).to.deep.equal(['@nestjs/core'])
    const found = await appOf(files)
    expect(sessionsIn(found)).to.deep.equal(['express-session src/main.ts:6 memory, not shared, default'])
    expect(secretsIn(found)).to.deep.equal(['literal src/main.ts:6'])
  })

  it('are those of Koa where the package depends on Nest, too', async () => {
    const files = {
      'package.json': packageJson({ '@nestjs/core': '^6.0.0', koa: '^2.0.0' }),
      'app.js': "new (require('koa'))().listen(1)",
    }
    expect(await framework(files)).to.deep.equal(['koa'])
  })

  it('are those on nothing but Node that have a session', async () => {
    const files = {
      'package.json': packageJson({ 'client-sessions': '*' }),
      'app.js': `const http = require('http')
const session = require('client-sessions')({ cookieName: 'sid', secret: 'abc' })
http.createServer((req, res) => session(req, res, () => res.end())).listen(1)`,
    }
    expect(await framework(files)).to.deep.equal(['node:http'])
    expect(sessionsIn(await appOf(files))).to.deep.equal(['client-sessions app.js:2 cookie, shared, default'])
  })

  it('are not the plugins that a Strapi app has', async () => {
    const strapi = packageJson({ '@strapi/strapi': '4.0.0' })
    const files = {
      'package.json': strapi,
      'config/server.js': "module.exports = ({ env }) => ({ app: { keys: env.array('APP_KEYS') } })",
      'src/plugins/internal/package.json': strapi,
      'src/plugins/internal/strapi-server.js': 'module.exports = {}',
    }
    expect(await framework(files)).to.deep.equal(['@strapi/strapi'])
  })

  it('are those of Flask, also where only the source tells', async () => {
    const files = {
      'shop/__init__.py':
        "import os\nfrom flask import Flask\napp = Flask(__name__)\napp.secret_key = os.getenv('KEY')\n",
    }
    expect(await framework(files)).to.deep.equal(['flask'])
  })

  it('are not packages that only belong to a server', async () => {
    const thing = { name: 'koa-thing', main: 'index.js', peerDependencies: { koa: '2' }, scripts: { test: 'mocha' } }
    const library = (text: string, more: Files = {}) => ({
      'package.json': JSON.stringify({ ...thing, devDependencies: { koa: '2' } }),
      'index.js': text,
      ...more,
    })
    const middleware = "module.exports = () => async (ctx, next) => { ctx.set('X-Thing', '1'); await next() }"
    expect(await framework(library(middleware))).to.deep.equal([])
    const test = "const Koa = require('koa')\nconst app = new Koa()\napp.use(require('..')())\napp.listen(1)"
    expect(await framework(library(middleware, { 'test/index.js': test, 'example.js': test }))).to.deep.equal([])
    const typed = "import type { Middleware } from 'koa'\nexport const thing: Middleware = (ctx, next) => next()"
    expect(await framework({ ...library(''), 'src/index.ts': typed })).to.deep.equal([])
    expect(await framework(library(`const Koa = require('koa')\n${middleware}`))).to.deep.equal([])
  })

  it('are not packages that another one of the repository asks for: what they mount is read there', async () => {
    const sessions =
      "const session = require('koa-session')\nexports.mount = (app) => { app.keys = [process.env.KEY]\napp.use(session({}, app)) }\n"
    const files = (dependencies: Record<string, string>): Files => ({
      'package.json': '{ "workspaces": ["packages/*"] }',
      'packages/auth/package.json': JSON.stringify({ name: '@shop/auth', main: 'index.js', dependencies }),
      'packages/auth/index.js': sessions,
      'packages/web/package.json': JSON.stringify({ name: '@shop/web', dependencies: { koa: '3', '@shop/auth': '*' } }),
      'packages/web/app.js':
        "const Koa = require('koa')\nconst app = new Koa()\nrequire('@shop/auth').mount(app)\napp.listen(3000)\n",
    })
    for (const more of [{ 'koa-session': '7' }, { 'koa-session': '7', koa: '3' }]) {
      const apps = await appsOf(files(more))
      expect(apps.map(({ app }) => app.dir)).to.deep.equal(['packages/web'])
      expect(apps[0]?.sessions.map(({ place }) => place.file)).to.deep.equal(['packages/auth/index.js'])
    }
  })

  it('are those that something else starts', async () => {
    const of = (text: string, more: Files = {}, manifest: object = {}) =>
      framework({ 'package.json': packageJson({ koa: '2' }, manifest), 'lib/web.js': text, ...more })
    const made = "const Koa = require('koa')\nconst app = new Koa()\n"
    expect(await of(`${made}module.exports = app`)).to.deep.equal(['koa'])
    expect(await of("const make = require('koa')\nmodule.exports = () => make()")).to.deep.equal(['koa'])
    expect(await of("const Base = require('koa')\nmodule.exports = class extends Base {}")).to.deep.equal(['koa'])
    expect(await of("module.exports = new (require('koa'))()")).to.deep.equal(['koa'])
    expect(await of(`${made}exports.handler = require('serverless-http')(app)`)).to.deep.equal(['koa'])
    expect(await of("module.exports = (app) => { app.use(require('koa-session')(app)) }")).to.deep.equal(['koa'])
    expect(await of("require('@acme/server').run()", {}, { scripts: { start: 'node lib/web.js' } })).to.deep.equal([
      'koa',
    ])
    expect(await of("require('@acme/server').run()", { Dockerfile: 'CMD node lib/web.js' })).to.deep.equal(['koa'])
  })

  it('have keys in other packages of the repository', async () => {
    const key = "export const sessionKey = 'acme-super-private-signing-key-000111'"
    const files = (manifest: object, more: Files): Files => ({
      'package.json': JSON.stringify({ private: true, workspaces: ['packages/*', 'apps/*'] }),
      'apps/api/package.json': packageJson({ koa: '^2.15.0', 'koa-session': '^6.4.0', '@acme/shared': '*' }),
      'apps/api/server.js': `import Koa from 'koa'
import session from 'koa-session'
import { sessionKey } from '@acme/shared'
const app = new Koa()
app.keys = [sessionKey]
app.use(session({}, app))
app.listen(1)`,
      'packages/shared/package.json': JSON.stringify({ name: '@acme/shared', type: 'module', ...manifest }),
      ...more,
    })
    const main = files({ main: 'index.js' }, { 'packages/shared/index.js': key })
    expect(secretsIn(await appOf(main))).to.deep.equal(['literal packages/shared/index.js:1'])
    const exported = { exports: { '.': { types: './signing.d.ts', import: './signing.js' } } }
    expect(secretsIn(await appOf(files(exported, { 'packages/shared/signing.js': key })))).to.deep.equal([
      'literal packages/shared/signing.js:1',
    ])
    const built = files({ main: './dist/index.js' }, { 'packages/shared/src/index.ts': key })
    expect(secretsIn(await appOf(built))).to.deep.equal(['literal packages/shared/src/index.ts:1'])
  })

  it('leave scripts for browsers out, whatever loads their folder', async () => {
    const files = {
      'package.json': packageJson({ koa: '^2.0.0' }),
      'app.js':
        "const Koa = require('koa')\nconst app = new Koa()\nrequire('glob').sync('./modules/**').forEach(require)\napp.listen(1)",
      'modules/view/view.js':
        "define(['jquery'], function ($) { var users = {}; $(document.body).on('x', function (req) { users[req.id] = 1 }) })",
      'modules/menu/menu.js': 'window.sessions = {}\nfunction login(id) { window.sessions[id] = document.cookie }',
    }
    expect((await appOf(files)).localState).to.deep.equal([])
  })
})

describe('the entry that people name', () => {
  const library = {
    'package.json': packageJson({ koa: '*' }, { main: 'index.js' }),
    'index.js': 'exports.add = (app) => require("koa-mount")(app)\n',
  }

  it('makes an app of what looks like none', async () => {
    expect(await framework(library)).to.deep.equal([])
    const [app] = await appsOf(library, { entry: 'index.js' })
    expect(app?.app).to.include({ dir: '.', entry: 'index.js' })
    expect(app?.framework.name).to.equal('koa')
  })

  it('also of a file that no framework is seen in', async () => {
    const files = { 'package.json': packageJson({}), 'start.js': "require('./vendored/server').run()\n" }
    expect(await framework(files)).to.deep.equal([])
    expect((await appsOf(files, { entry: 'start.js' }))[0]?.framework.name).to.equal('node:http')
  })

  it('changes nothing where its app was found', async () => {
    const files = { 'package.json': packageJson({ koa: '*' }), 'app.js': "new (require('koa'))().listen(1)\n" }
    expect(await appsOf(files, { entry: 'app.js' })).to.have.length(1)
  })
})

describe('a folder of an app with a package.json of its own', () => {
  it('is no second app, unless it starts a server', async () => {
    const files = (more: string) => ({
      'package.json': packageJson({ koa: '*' }),
      'app.js':
        "const Koa = require('koa')\nconst app = new Koa()\nrequire('./controllers').load(app)\napp.listen(1)\n",
      'controllers/package.json': '{ "name": "controllers" }',
      'controllers/index.js': `const Koa = require('koa')\nexports.load = (app) => { if (app instanceof Koa) app.use(() => {}) }\n${more}`,
    })
    expect((await appsOf(files(''))).map(({ app }) => app.dir)).to.deep.equal(['.'])
    expect((await appsOf(files('new Koa().listen(2)\n'))).map(({ app }) => app.dir)).to.deep.equal(['.', 'controllers'])
  })
})
