import { expect } from 'chai'
import type { AppReport } from '../../lib/audit/report.js'
import { audited } from './audited.js'
import { type Files, koaApp } from './collect/small-app.js'

const report = async (files: Files): Promise<AppReport | undefined> => (await audited(files)).report.apps[0]
const proofOf = (app: AppReport | undefined) => app?.steps.at(-1)?.actions.join('\n') ?? ''
const adviceOf = (app: AppReport | undefined, id: string) =>
  app?.findings
    .filter((finding) => finding.id === id)
    .map((finding) => finding.do)
    .join('\n') ?? ''

const login = (verb: string) =>
  `app.keys = [process.env.KEY]\napp.use(session(app))\nrouter.${verb}('/enter/login', (ctx) => { ctx.session.user = ctx.query.user })\napp.use(router.routes())`

describe('the proof of the guide', () => {
  it('asks the port on which the app listens, and the path of its login', async () => {
    const files = koaApp(login('post'))
    const listens = files['app.js']?.replace('listen(3000)', 'listen(process.env.PORT || 8080)') ?? ''
    const proof = proofOf(await report({ ...files, 'app.js': listens }))
    expect(proof).to.include('-d "user=…&password=…" http://127.0.0.1:8080/enter/login')
    expect(proof).to.include('http://127.0.0.1:8080/PAGE').and.not.include('3000').and.not.include('/account')
  })

  it('asks the port that production sets, and a login that answers GET by GET', async () => {
    const files = koaApp(login('get'), { '.env.production': 'PORT=4000\n' })
    expect(proofOf(await report(files))).to.include('-c jar "http://127.0.0.1:4000/enter/login?user=…&password=…"')
  })

  it('asks a login whose path holds the name', async () => {
    const files = koaApp(login('get').replace('/enter/login', '/login/:user'))
    expect(proofOf(await report(files))).to.include('-c jar "http://127.0.0.1:3000/login/…"')
  })

  it('starts by serve what Node can start: a file without an ending, or what is built', async () => {
    const code = koaApp(login('post'))
    const started = (files: Files, start: string) => ({
      ...files,
      'package.json': JSON.stringify({
        name: 'shop',
        dependencies: { koa: '2', 'koa-session': '6' },
        scripts: { start },
      }),
    })
    const www = started({ 'bin/www': code['app.js'] ?? '' }, 'node bin/www')
    expect(proofOf(await report(www))).to.include('serve bin/www --workers 4')
    const built = started({ 'src/app.ts': code['app.js'] ?? '' }, 'node dist/app.js')
    expect(proofOf(await report(built))).to.include('serve dist/app.js --workers 4')
  })

  it('starts as many processes as the autoscaler keeps', async () => {
    const proof = proofOf(
      await report({
        'package.json': '{"name":"shop","dependencies":{"koa":"3","koa-session":"7"}}',
        'app.ts':
          "import Koa from 'koa'\nimport session from 'koa-session'\nconst app = new Koa()\napp.keys = [process.env.KEY ?? '']\napp.use(session(app))\napp.listen(3000)\n",
        'deploy.yaml':
          'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop:1\n',
        'scale.yaml':
          'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: shop\nspec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }\n  minReplicas: 3\n  maxReplicas: 10\n',
      }),
    )
    expect(proof).to.include('Start it with 3 processes')
  })
})

describe('LIF01', () => {
  const server = koaApp('app.use((ctx) => { ctx.body = 1 })')

  const pm2 = { 'ecosystem.config.js': "module.exports = { apps: [{ name: 'shop', script: 'app.js' }] }\n" }

  it('has nothing to say where its own handler is in the app', async () => {
    for (const more of [{}, pm2]) {
      const advised = adviceOf(await report({ ...server, ...more }), 'LIF01') ?? ''
      const handler = advised.slice(advised.search(/^.*process\.once/m))
      const app = (server['app.js'] ?? '').replace('app.listen', `const server = app.listen`)
      const followed = await report({ ...server, ...more, 'app.js': `${app}\n${handler}` })
      expect(adviceOf(followed, 'LIF01')).to.equal('')
    }
  })

  it('nor where the signals are in a list with a name', async () => {
    const stop = '{ server.close(); server.closeIdleConnections() }'
    const list = "const signals = ['SIGINT', 'SIGTERM']\nconst server = app.listen(3000)\n"
    for (const loop of [
      `for (const name of signals) process.on(name, () => ${stop})`,
      `signals.forEach((name) => process.on(name, () => ${stop}))`,
    ])
      expect(adviceOf(await report(koaApp(`${list}${loop}`)), 'LIF01'), loop).to.equal('')
  })

  it('names what is built of TypeScript, not the source', async () => {
    const files = {
      'package.json': '{"name":"shop","scripts":{"start":"node dist/main.js"},"dependencies":{"koa":"3"}}',
      'src/main.ts':
        "import Koa from 'koa'\nconst app = new Koa()\napp.use((ctx) => { ctx.body = 1 })\napp.listen(3000)\n",
    }
    expect(adviceOf(await report(files), 'LIF01')).to.include('serve dist/main.js`')
  })

  it('handles the signal by which PM2 stops, where PM2 starts the app', async () => {
    expect(adviceOf(await report({ ...server, ...pm2 }), 'LIF01')).to.include("['SIGINT', 'SIGTERM']")
    expect(adviceOf(await report(server), 'LIF01')).to.not.include('SIGINT')
  })
})

describe('MEM01', () => {
  it('says req.session in an Express app', async () => {
    const files = {
      'package.json': '{"name":"shop","dependencies":{"express":"4"}}',
      'app.js':
        "const express = require('express')\nconst app = express()\nconst carts = {}\napp.post('/cart', (req, res) => { carts[req.query.user] = req.query.item; res.end() })\napp.get('/cart', (req, res) => res.json(carts[req.query.user]))\napp.listen(3000)\n",
    }
    expect(adviceOf(await report(files), 'MEM01'))
      .to.include('`req.session`')
      .and.not.include('ctx.session')
  })
})

describe('the store of the guide, where the deployment says', () => {
  const storeOf = async (more: Files) => {
    const lines = "app.keys = [process.env.SECRET_KEY]\napp.use(require('koa-generic-session')())"
    const app = await report(koaApp(lines, more))
    return app?.steps[1]?.actions.join('\n') ?? ''
  }
  const compose = (redis: string) => `services:\n  app:\n    build: .\n  cache:\n    image: redis:7\n${redis}`

  it('which Redis a compose file starts, is given its address', async () => {
    expect(
      await storeOf({ Dockerfile: 'FROM node:22\nCMD ["node", "app.js"]\n', 'compose.yaml': compose('') }),
    ).to.include('`REDIS_URL: redis://cache:6379`')
  })

  it('but not without the password of that server', async () => {
    const withPassword = compose('    command: redis-server --requirepass $REDIS_PASSWORD\n')
    expect(await storeOf({ 'compose.yaml': withPassword })).to.include('`REDIS_URL: redis://…`')
  })

  it('which user runs the app, lets systemd give the directory to that one', async () => {
    const unit = '[Service]\nUser=shop\nExecStart=/usr/bin/node /srv/shop/app.js\n'
    expect(await storeOf({ 'deploy/shop.service': unit }))
      .to.include('StateDirectory=shop')
      .and.not.include('sudo')
    expect(await storeOf({})).to.include('-o "$USER"')
  })

  it('that a container runs the app, asks for a volume and not for a directory of the host', async () => {
    const actions = await storeOf({ Dockerfile: 'FROM node:22\nCMD ["node", "app.js"]\n' })
    expect(actions).to.include('docker run -v sessions:/var/lib/shop').and.not.include('sudo install')
  })
})
