import { expect } from 'chai'
import { audit } from '../../lib/audit/audit.js'
import { formatNames } from '../../lib/report/format-names.js'
import { directoryOf, migrate } from './migrate-world.js'

/** One for each place where an app keeps a secret. */
const planted = {
  literal: 'Lit3ral-of-the-source-9f',
  fallback: 'Fa11back-of-the-source-1',
  config: 'C0nfig-json-value-of-key',
  env: 'Env-file-va1ue-4c1f88e2',
  compose: 'C0mpose-environment-77',
  kubernetes: 'Kub3-in-base64-000111',
  docker: 'D0cker-env-instruction-5',
  redis: 'R3dis-password-in-url-8',
  requirepass: 'R3quirepass-of-command-2',
  systemd: 'Syst3md-environment-line',
  pm2: 'Pm2-ec0system-env-value-9',
  python: 'Fl4sk-secret-key-of-app-3',
}

const files = {
  'package.json':
    '{ "name": "shop", "dependencies": { "koa": "^2.15.0", "koa-session": "^6.4.0", "ioredis": "^5.0.0" }, "scripts": { "start": "SESSION_SECRET=abc-short-1 node app.js" } }',
  'app.js': `const Koa = require('koa')
const session = require('koa-session')
const Redis = require('ioredis')
const config = require('./config.json')
const app = new Koa()
const redis = new Redis('redis://:${planted.redis}@redis.example:6379')
app.keys = ['${planted.literal}', process.env.SECRET_KEY || '${planted.fallback}', config.session.key]
app.use(session({ httpOnly: false, store: { get: (k) => redis.get(k), set: (k, v) => redis.set(k, v), destroy: (k) => redis.del(k) } }, app))
app.use((ctx) => { ctx.session.n = 1 })
app.listen(3000)
`,
  'config.json': `{ "session": { "key": "${planted.config}" } }\n`,
  '.env': `SECRET_KEY=${planted.env}\n`,
  'docker-compose.yml': `services:
  app:
    build: .
    environment:
      - SECRET_KEY=${planted.compose}
    deploy: { replicas: 3 }
  redis:
    image: redis
    command: redis-server --requirepass ${planted.requirepass}
    ports: ["6379:6379"]
`,
  'k8s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata:\n  SECRET_KEY: ${Buffer.from(planted.kubernetes).toString('base64')}\n`,
  Dockerfile: `FROM node:20\nENV SECRET_KEY=${planted.docker}\nCMD node app.js\n`,
  'shop.service': `[Service]\nEnvironment=SECRET_KEY=${planted.systemd}\nExecStart=/usr/bin/node app.js\n`,
  'ecosystem.config.js': `module.exports = { apps: [{ script: 'app.js', instances: 4, env: { SECRET_KEY: '${planted.pm2}' } }] }\n`,
  'run.py': `from flask import Flask\napp = Flask(__name__)\napp.secret_key = '${planted.python}'\n`,
}

describe('planted secrets', () => {
  const forms = Object.entries(planted).flatMap(([name, secret]) => [
    { name, form: secret },
    { name: `${name}, in base64`, form: Buffer.from(secret).toString('base64').slice(0, 22) },
  ])

  for (const format of formatNames)
    it(`are not in ${format}`, async () => {
      const { out, code } = await migrate(['--all', '--format', format], directoryOf(files), { audit })
      expect(code).to.be.oneOf([0, 1])
      if (format === 'text') expect(out).to.include('app.js:7')
      for (const { name, form } of forms) expect(out.includes(form), `${format} shows ${name}`).to.equal(false)
    })

  it('are not in what --write says, nor in the baseline', async () => {
    const root = directoryOf(files)
    const runs = [
      await migrate(['--update-baseline', '--format', 'json'], root, { audit }),
      await migrate(['--write', '--unsafe', '--force'], root, { audit }),
    ]
    for (const { out, error } of runs)
      for (const { name, form } of forms) expect((out + error).includes(form), name).to.equal(false)
  })
})
