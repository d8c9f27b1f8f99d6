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
