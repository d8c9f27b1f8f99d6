import { expect } from 'chai'
import type { AppReport } from '../../lib/audit/report.js'
import { audited, filesAfter, only } from './audited.js'
import { type Files, koaApp } from './collect/small-app.js'

const store = "app.use(require('koa-generic-session')())"
const random = koaApp(`app.keys = [require('crypto').randomBytes(16).toString('hex')]\n${store}`)

interface Guide {
  /** What the guide says of the key, in the finding and in the steps. */
  readonly key: string
  readonly actions: string
  readonly after: Files
  readonly app: AppReport
}

async function guideOf(more: Files, files: Files = random): Promise<Guide> {
  const all = { ...files, ...more }
  const plan = await audited(all)
  const [app] = plan.report.apps
  if (app === undefined) throw new Error('no app')
  const key = app.findings.filter(({ id }) => id === 'SEC01').map((finding) => finding.do)
  return {
    key: key.join('\n'),
    actions: app.steps.flatMap(({ actions }) => actions).join('\n'),
    after: filesAfter(all, plan),
    app,
  }
}

/** The same of an app that was written already. */
const again = async ({ after }: Guide): Promise<Guide> => guideOf({}, after)

describe('the key and the store reach what starts the app: PM2', () => {
  const file = "module.exports = {\n  apps: [{ name: 'shop', script: 'app.js', instances: 4 }],\n}\n"

  const line = (path: string) =>
    `const envFile = require('node:util').parseEnv(require('node:fs').readFileSync(__dirname + '/${path}', 'utf8'));`
  const written = (text: string, to = text) => `${line('.env')}\n${to}`

  it('its file reads .env, which nothing else does', async () => {
    const guide = await guideOf({ 'ecosystem.config.js': file })
    expect(guide.after['ecosystem.config.js']).to.equal(
      written(file.replace("script: 'app.js'", "env: envFile, script: 'app.js'")),
    )
    expect(guide.key).to.include('secret --env >> .env)').and.include(line('.env')).and.include('pm2 reload')
    expect((await again(guide)).after['ecosystem.config.js']).to.equal(guide.after['ecosystem.config.js'])
  })

  it('beside the variables that it gives already', async () => {
    for (const env of ["env: { PORT: '80' }", "env: {\n      PORT: '80',\n    }"]) {
      const text = file.replace('instances', `${env}, instances`)
      const entry = env.includes('\n') ? "...envFile,\n      PORT: '80'" : "...envFile, PORT: '80'"
      const { after } = await guideOf({ 'ecosystem.config.js': text })
      expect(after['ecosystem.config.js']).to.include(entry).and.include(line('.env'))
    }
  })

  it('its file in a directory of its own reads the .env of the app', async () => {
    const { after } = await guideOf({ 'deploy/ecosystem.config.cjs': file.replace("'app.js'", "'app.js', cwd: '..'") })
    expect(after['deploy/ecosystem.config.cjs']).to.include(line('../.env'))
  })

  it('an env that comes from elsewhere is left to people', async () => {
    const text = `const base = { PORT: '80' }\n${file.replace('instances', 'env: base, instances')}`
    const guide = await guideOf({ 'ecosystem.config.js': text })
    expect(guide.after['ecosystem.config.js']).to.equal(text)
    expect(guide.key).to.include('...envFile')
  })

  it('nothing is written where the app reads .env itself', async () => {
    const files = { ...random, 'app.js': `require('dotenv').config()\n${random['app.js']}` }
    const guide = await guideOf({ 'ecosystem.config.js': file }, files)
    expect(guide.after['ecosystem.config.js']).to.equal(file)
    expect(guide.key).to.include('>> .env').and.not.include('envFile')
  })

  it('a file whose first environment is that of developers is one of production all the same', async () => {
    const text = file.replace(
      'instances',
      "env: { NODE_ENV: 'development' }, env_production: { NODE_ENV: 'production' }, instances",
    )
    expect((await guideOf({ 'ecosystem.config.js': text })).after['ecosystem.config.js']).to.include(line('.env'))
  })

  it('in an image it hands on what the container is given', async () => {
    const Dockerfile = 'FROM node:22\nCMD ["pm2-runtime", "ecosystem.config.js"]\n'
    const guide = await guideOf({ 'ecosystem.config.js': file, Dockerfile })
    expect(guide.after['ecosystem.config.js']).to.equal(file)
    expect(guide.key).to.include('docker run --env-file .env')
  })

  it('one process becomes several there, together with the store', async () => {
    const one = file.replace(', instances: 4', '')
    const { after, app } = await guideOf({ 'ecosystem.config.js': one })
    expect(after['ecosystem.config.js']).to.include("instances: 4, exec_mode: 'cluster', script: 'app.js'")
    expect(app.findings.find(({ id }) => id === 'PRC01')?.do).to.include('let ecosystem.config.js say: instances: 4')
    const alone = await audited({ ...random, 'ecosystem.config.js': one }, only(/^PRC/))
    expect(alone.report.patch.text).to.equal('')
  })

  it('in JSON, too', async () => {
    const json = '{ "apps": [{ "name": "shop", "script": "app.js" }] }\n'
    const ready = koaApp('app.use((ctx) => { ctx.body = 1 })', { 'pm2.json': json })
    const { after } = await guideOf({}, ready)
    expect(JSON.parse(after['pm2.json'] ?? '').apps[0]).to.include({ instances: 4, exec_mode: 'cluster' })
  })

  it('a file of JSON cannot read: the shell does', async () => {
    const json = '{ "apps": [{ "name": "shop", "script": "app.js", "instances": 4 }] }\n'
    const guide = await guideOf({ 'process.json': json })
    expect(guide.after['process.json']).to.equal(json)
    expect(guide.key).to.include('pm2 reload shop --update-env').and.include('set -a; . ./.env; set +a')
  })
})

describe('the key and the store reach what starts the app: compose', () => {
  const compose = (service: string, more = '') => `services:\n  web:\n    build: .\n${service}${more}`
  const cases: Record<string, [service: string, written: string]> = {
    'a map': ['    environment:\n      PORT: 80\n', '    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n'],
    'a list': ['    environment:\n      - PORT=80\n', '    environment:\n      - SECRET_KEY=${SECRET_KEY:?}\n'],
    'no environment': ['', '    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n'],
  }
  for (const [name, [service, written]] of Object.entries(cases))
    it(`the service is given the key, beside ${name}`, async () => {
      const guide = await guideOf({ 'compose.yaml': compose(service) })
      expect(guide.after['compose.yaml']).to.include(written)
      expect(guide.key).to.include('>> .env)').and.include('web').and.include(written.trim().split('\n').at(-1)?.trim())
      expect((await again(guide)).after['compose.yaml']).to.equal(guide.after['compose.yaml'])
    })

  it('a file of variables that it has takes the key', async () => {
    const guide = await guideOf({ 'compose.yaml': compose('    env_file: web.env\n') })
    expect(guide.after['compose.yaml']).to.not.include('SECRET_KEY')
    expect(guide.key).to.include('secret --env >> web.env)')
  })

  it('the Redis of the same file is named by its service', async () => {
    const guide = await guideOf({ 'compose.yaml': compose('', '  cache:\n    image: redis:7\n') })
    expect(guide.after['compose.yaml']).to.include('      REDIS_URL: redis://cache:6379\n')
    expect(guide.actions).to.include('`REDIS_URL: redis://cache:6379`').and.not.include('>> .env`')
  })

  it('session files get a volume, and no directory of the host', async () => {
    const guide = await guideOf({ 'compose.yaml': compose('') })
    expect(guide.after['compose.yaml']).to.equal(
      'services:\n  web:\n    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n      SESSION_FILE_DIR: /var/lib/shop/sessions\n    volumes:\n      - sessions:/var/lib/shop\n    stop_grace_period: 36s\n    build: .\nvolumes:\n  sessions:\n',
    )
    expect(guide.actions).to.include('`- sessions:/var/lib/shop`').and.not.include('sudo')
  })

  it('a user of the image has to own it', async () => {
    const image = { Dockerfile: 'FROM node:22\nUSER node\nCMD ["node", "app.js"]\n' }
    const { actions } = await guideOf({ ...image, 'compose.yaml': compose('') })
    expect(actions).to.include('`RUN install -d -o node /var/lib/shop`')
  })

  it('a file of the first version has no volumes', async () => {
    const guide = await guideOf({ 'docker-compose.yml': 'web:\n  build: .\n' })
    expect(guide.after['docker-compose.yml'])
      .to.include('  environment:\n    SECRET_KEY')
      .and.not.match(/^volumes:/m)
  })

  it('a file of developers is none of production', async () => {
    const dev = compose('    environment:\n      NODE_ENV: development\n')
    const guide = await guideOf({ 'docker-compose.yml': dev })
    expect(guide.after['docker-compose.yml']).to.equal(dev)
    expect(guide.app.findings.filter(({ id }) => id === 'DEP03')).to.deep.equal([])
  })

  it('flow style is left to people', async () => {
    const guide = await guideOf({ 'compose.yaml': 'services: { web: { build: ., environment: { PORT: 80 } } }\n' })
    expect(guide.after['compose.yaml']).to.include('environment: { PORT: 80 }')
    expect(guide.key).to.include('SECRET_KEY: ${SECRET_KEY:?}')
  })
})

describe('the key and the store reach what starts the app: systemd', () => {
  const unit = (more: string) => `[Service]\nUser=shop\n${more}ExecStart=/usr/bin/node /srv/shop/app.js\n`

  it('the file that the unit reads takes the key', async () => {
    const guide = await guideOf({ 'shop.service': unit('EnvironmentFile=-/etc/shop/web.env\n') })
    expect(guide.key).to.include("| sudo sh -c 'umask 077; cat >> /etc/shop/web.env'").and.not.include('>> .env')
    expect(guide.after['shop.service']).to.not.include('/etc/shop.env')
  })

  it('a unit without one is given one, a directory, and the runner', async () => {
    const guide = await guideOf({ 'shop.service': unit('') })
    expect(guide.after['shop.service']).to.equal(
      '[Service]\nUser=shop\nEnvironmentFile=/etc/shop.env\nStateDirectory=shop\nEnvironment=SESSION_FILE_DIR=/var/lib/shop/sessions\n' +
        'ExecStart=/usr/bin/node /srv/shop/node_modules/.bin/koa-shared-session serve /srv/shop/app.js\n',
    )
    expect(guide.key).to.include('EnvironmentFile=/etc/shop.env')
    expect((await again(guide)).after['shop.service']).to.equal(guide.after['shop.service'])
  })
})

describe('the key and the store reach what starts the app: Kubernetes', () => {
  const pod = (container: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n        - name: web\n          image: shop:1\n${container}`
  const fromSecret =
    '          env:\n            - name: KEY\n              valueFrom:\n                secretKeyRef: { name: shop-keys, key: session }\n'
  const weak = koaApp(`app.keys = [process.env.KEY || 'dev key']\n${store}`)

  it('the Secret and the key in it are named, where the variable comes from one', async () => {
    const { app, after } = await guideOf({ 'k8s.yaml': pod(fromSecret) }, weak)
    const said = app.findings.find(({ id }) => id === 'SEC04')?.do ?? ''
    expect(said).to.include('the key session of the Secret shop-keys (k8s.yaml:').and.not.include('.env')
    expect(said).to.include('kubectl patch secret shop-keys').and.include('rollout restart deployment/shop')
    expect(after['k8s.yaml']).to.equal(
      pod(fromSecret).replace(
        '    spec:\n      containers',
        '    spec:\n      terminationGracePeriodSeconds: 41\n      containers',
      ),
    )
  })

  it('a container without the variable is given it from a Secret', async () => {
    const { key, after } = await guideOf({ 'k8s.yaml': pod('') })
    expect(key).to.include('kubectl create secret generic shop --from-literal=SECRET_KEY=')
    expect(after['k8s.yaml']).to.include(
      '        - name: web\n          env:\n            - name: SECRET_KEY\n              valueFrom:\n                secretKeyRef: { name: shop, key: SECRET_KEY }\n          image',
    )
  })

  it('all keys of a Secret are variables already', async () => {
    const { key, after } = await guideOf({
      'k8s.yaml': pod('          envFrom:\n            - secretRef: { name: all }\n'),
    })
    expect(key).to.include('kubectl patch secret all')
    expect(after['k8s.yaml']).to.not.include('secretKeyRef')
  })
})

describe('a key that the deployment fills in', () => {
  const keyed = koaApp(
    `if (!process.env.SECRET_KEY) throw new Error('no key')\napp.keys = [process.env.SECRET_KEY]\n${store}`,
  )

  it('is made for a start by hand', async () => {
    const asked = '      SECRET_KEY: $' + '{SECRET_KEY:?}\n'
    const guide = await guideOf(
      { 'compose.yaml': `services:\n  web:\n    build: .\n    environment:\n${asked}` },
      keyed,
    )
    expect(guide.actions).to.include(
      'SECRET_KEY="$(npx koa-shared-session secret)" npx koa-shared-session serve app.js',
    )
  })

  it('and not where a file here has it', async () => {
    const guide = await guideOf({ '.env': 'SECRET_KEY=kLw93dd02zpQnV84mX17rTb6yHs5cJe0\n' }, keyed)
    expect(guide.actions).to.include('serve app.js --workers 4 --settings .env').and.not.include('secret)"')
  })
})

describe('the key and the store reach what starts the app: Heroku', () => {
  it('app.json makes the key for new apps, one that runs is given it', async () => {
    const { key, after } = await guideOf({
      Procfile: 'web: node app.js\n',
      'app.json':
        '{\n  "formation": { "web": { "quantity": 2 } },\n  "env": {\n    "PORT": { "value": "80" }\n  }\n}\n',
    })
    expect(key).to.include('heroku config:set SECRET_KEY="$(npx koa-shared-session secret)"').and.not.include('.env')
    expect(JSON.parse(after['app.json'] ?? '').env.SECRET_KEY).to.deep.equal({ generator: 'secret' })
    expect(after['app.json']).to.include('\n    "SECRET_KEY": { "generator": "secret" }\n')
  })
})

describe('the key reaches what starts the app: where no file says how', () => {
  it('node, or serve, is told to read .env', async () => {
    const { key } = await guideOf({})
    expect(key).to.include('node --env-file=.env app.js').and.include('--settings .env')
  })

  it('but not where the app reads it', async () => {
    const { key } = await guideOf({}, { ...random, 'app.js': `process.loadEnvFile()\n${random['app.js']}` })
    expect(key).to.include('>> .env').and.not.include('--env-file')
  })

  it('a Dockerfile alone: docker run hands the file on', async () => {
    const { key } = await guideOf({ Dockerfile: 'FROM node:22\nCMD ["node", "app.js"]\n' })
    expect(key).to.include('docker run --env-file .env')
  })

  it('Fly keeps it itself', async () => {
    const { key } = await guideOf({ 'fly.toml': 'app = "shop"\n[http_service]\ninternal_port = 3000\n' })
    expect(key).to.include('fly secrets set SECRET_KEY=').and.not.include('.env')
  })
})
