import { expect } from 'chai'
import { collectDeployment } from '../../../../lib/audit/collect/deployment/collect-deployment.js'
import { emptyFacts } from '../../../../lib/audit/empty-facts.js'
import { topologyOf } from '../../../../lib/audit/topology-of.js'
import { memoryProject } from '../../memory-project.js'

type Files = Readonly<Record<string, string>>

const scripts = (own: Files, more: Files = {}): Files => ({
  'package.json': JSON.stringify({ name: 'shop', scripts: own }, null, 2),
  'app.js': '',
  ...more,
})

async function topology(files: Files, dir = '.') {
  return topologyOf({ ...emptyFacts(), ...(await collectDeployment(memoryProject(files), { dir })) }, {})
}

/** `pm2 4`: what runs in production. */
async function now(files: Files, dir = '.'): Promise<string> {
  const { kind, count } = (await topology(files, dir)).now
  return `${kind} ${count}`
}

const docker = (command: string) => ({ Dockerfile: `FROM node:22\nCOPY . .\nCMD ${command}\n` })
const deployment = (rest = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n${rest}  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop:1\n`

/** Two charts: the first starts two processes, the second five. */
const charts = (first: string, second: string, image = first): Files =>
  scripts(
    { start: 'node app.js' },
    {
      [`charts/${first}/Chart.yaml`]: `name: ${first}\nversion: 1.0.0\n`,
      [`charts/${first}/values.yaml`]: `replicaCount: 2\nimage:\n  repository: acme/${image}\n`,
      [`charts/${second}/Chart.yaml`]: `name: ${second}\nversion: 1.0.0\n`,
      [`charts/${second}/values.yaml`]: `replicaCount: 5\nimage:\n  repository: acme/${second}\n`,
    },
  )

describe('processes as files start them', () => {
  const cases: readonly (readonly [string, Files, string])[] = [
    ['npm start', scripts({ start: 'node app.js' }), 'single 1'],
    ['nothing', { 'app.js': '' }, 'single 1'],
    ['PM2 in an npm script', scripts({ start: 'node app.js', prd: 'NODE_ENV=production pm2 start app.js' }), 'pm2 1'],
    ['PM2 -i', scripts({ start: 'cross-env NODE_ENV=production pm2 start app.js -i 4' }), 'pm2 4'],
    ['PM2 -i max', scripts({ start: 'pm2 start app.js --instances=max' }), 'pm2 cpus'],
    ['a script for development is not it', scripts({ start: 'node app.js', dev: 'pm2 start app.js -i 4' }), 'single 1'],
    [
      'words of an exec form with spaces in them',
      scripts({}, docker('["sh", "-c", "pm2-runtime app.js -i 3"]')),
      'pm2 3',
    ],
    [
      'an exec form of several lines',
      scripts({}, docker('["sh", "-c", \\\n  "exec pm2-runtime app.js -i 3"]')),
      'pm2 3',
    ],
    [
      'a PM2 file with one app',
      scripts({}, { 'pm2.config.jsonc': '{ "app": { "script": "app.js", "instances": 8 } } // 8' }),
      'pm2 8',
    ],
    ['the chart that bears the app’s name', charts('shop', 'mailer'), 'k8s 2'],
    ['the chart whose image does', charts('web', 'mailer', 'shop'), 'k8s 2'],
    ['Egg takes all cores', scripts({ start: 'egg-scripts start --daemon' }), 'cluster cpus'],
    ['Egg with a number', scripts({ start: 'egg-scripts start --workers=2' }), 'cluster 2'],
    [
      'PM2 in the command of a container, for what is built of the entry',
      scripts(
        {
          start: 'nodemon app/index.js',
          'pm2:docker': 'NODE_ENV=production pm2 start build/index.js --no-daemon -i 2',
        },
        { 'app/index.js': '', ...docker('["npm", "run", "pm2:docker"]') },
      ),
      'pm2 2',
    ],
    [
      'PM2 for production.js, where npm starts development.js',
      scripts(
        { start: 'node development.js' },
        {
          'development.js': '',
          'production.js': '',
          'pm2.json': '{ "apps": [{ "script": "production.js", "instances": 0 }] }',
        },
      ),
      'pm2 cpus',
    ],
    [
      'instances of Cloud Foundry, in a file that inherits',
      scripts(
        { start: 'node app.js' },
        {
          'manifest.yml': 'applications:\n- name: shop\n  command: npm start\n',
          'manifest-prod.yml': 'inherit: manifest.yml\ninstances: 3\n',
        },
      ),
      'replicas 3',
    ],
    [
      'instances of Cloud Foundry for the app that has a route',
      scripts(
        { start: 'node app.js' },
        {
          'manifest.yml':
            'applications:\n- name: shop-jobs\n  no-route: true\n  instances: 5\n- name: shop\n  instances: 2\n',
        },
      ),
      'replicas 2',
    ],
    ['serve', scripts({ start: 'koa-shared-session serve app.js --workers 3' }), 'cluster 3'],
    ['CMD npm start, then PM2', scripts({ start: 'pm2-runtime app.js -i 3' }, docker('["npm", "start"]')), 'pm2 3'],
    ['CMD in shell form', scripts({}, docker('NODE_ENV=production exec pm2-runtime start app.js -i 2')), 'pm2 2'],
    [
      'an entry script',
      scripts({}, { ...docker('["./run.sh"]'), 'run.sh': '#!/bin/sh\nset -e\nexec pm2-runtime app.js -i 5\n' }),
      'pm2 5',
    ],
    ['a Procfile in lower case, worker only', { ...scripts({}), procfile: 'worker: node app.js' }, 'procfile 1'],
    [
      'the web line of a Procfile',
      { ...scripts({}), Procfile: 'worker: pm2-runtime w.js -i 9\nweb: node app.js\n' },
      'procfile 1',
    ],
    ['gunicorn in a Procfile', { Procfile: 'web: gunicorn app:app --workers 4 --threads 2\n' }, 'procfile 4'],
    ['gunicorn by default', { Procfile: 'web: gunicorn app:app\n' }, 'procfile 1'],
    [
      'gunicorn by its file',
      { Procfile: 'web: gunicorn app:app\n', 'gunicorn.conf.py': 'import os\nworkers = os.cpu_count() * 2 + 1\n' },
      'procfile cpus',
    ],
    ['waitress', { Procfile: 'web: waitress-serve --threads=8 app:app\n' }, 'procfile 1'],
    [
      'a Makefile',
      {
        ...scripts({}),
        Makefile: 'start: build\n\t@NODE_ENV=production ./node_modules/.bin/pm2 start app.js -i 0 --name x\n',
      },
      'pm2 cpus',
    ],
    [
      'systemd',
      { ...scripts({}), 'shop.service': '[Service]\nExecStart=/usr/bin/node /srv/shop/app.js\n' },
      'systemd 1',
    ],
    [
      'replicas of compose',
      {
        ...scripts({ start: 'node app.js' }),
        'compose.yml': 'services:\n  app:\n    build: .\n    deploy:\n      replicas: 3\n',
      },
      'replicas 3',
    ],
    [
      'PM2 in containers, times replicas',
      {
        ...scripts({}),
        ...docker('["pm2-runtime", "app.js", "-i", "2"]'),
        'compose.yml': 'services:\n  app:\n    build: .\n    scale: 3\n',
      },
      'pm2 6',
    ],
    ['Kubernetes', { ...scripts({ start: 'node app.js' }), 'k8s/app.yaml': deployment('  replicas: 3\n') }, 'k8s 3'],
    ['Kubernetes by default', { ...scripts({}), 'k8s/app.yaml': deployment() }, 'k8s 1'],
    [
      'values of Helm',
      {
        ...scripts({}),
        'chart/Chart.yaml': 'name: x\n',
        'chart/values.yaml': 'app:\n  replicaCount: 4\n',
        'chart/values-dev.yaml': 'app:\n  replicaCount: 2\n',
      },
      'k8s 4',
    ],
    ['Fly', { ...scripts({}), 'fly.toml': 'app = "x"\n[http_service]\nmin_machines_running = 3\n' }, 'replicas 3'],
    ['a script of yarn', scripts({ start: 'yarn serve', serve: 'pm2 start app.js -i 2' }), 'pm2 2'],
    ['npm start in npm start', scripts({ start: 'npm start' }), 'single 1'],
    [
      'another service of compose',
      {
        ...scripts({ start: 'node app.js' }),
        'compose.yml': 'services:\n  db:\n    image: postgres:16\n    deploy:\n      replicas: 3\n',
      },
      'single 1',
    ],
  ]
  for (const [name, files, expected] of cases)
    it(`${name}: ${expected}`, async () => expect(await now(files)).to.equal(expected))
})

describe('PM2 files', () => {
  const pm2 = (app: string) =>
    now({ ...scripts({ start: 'node app.js' }), 'ecosystem.config.js': `module.exports = { apps: [${app}] }` })

  it('read instances in all their spellings', async () => {
    expect(await pm2("{ script: 'app.js' }")).to.equal('pm2 1')
    expect(await pm2("{ script: 'app.js', instances: 4 }")).to.equal('pm2 4')
    expect(await pm2("{ script: 'app.js', instances: '2', exec_mode: 'cluster' }")).to.equal('pm2 2')
    expect(await pm2("{ script: 'app.js', instances: 0 }")).to.equal('pm2 cpus')
    expect(await pm2("{ script: 'app.js', instances: -1 }")).to.equal('pm2 cpus')
    expect(await pm2("{ script: 'app.js', instances: require('os').cpus().length }")).to.equal('pm2 cpus')
    expect(await pm2("{ script: 'app.js', instances: process.env.N || 3 }")).to.equal('pm2 3')
    expect(await pm2("{ script: 'app.js', instances: f() }")).to.equal('pm2 null')
  })

  it('may be JSON with comments, a template, YAML, or an object of apps', async () => {
    const files: Files = {
      'process.json': '{ // x\n "apps": { "script": "app.js", "instances": 2, }\n}',
      'ecosystem.json.j2':
        '{ "apps": [{ "script": "app.js", "instances": 2 }], "host": [{% for h in x %}"{{ h }}"{% endfor %}] }',
      'pm2.yml': 'apps:\n  - script: app.js\n    instances: 2\n',
      'pm2.json': '{ "script": "app.js", "instances": "2" }',
    }
    for (const [name, text] of Object.entries(files))
      expect(await now({ ...scripts({}), [name]: text }), name).to.equal('pm2 2')
  })

  it('put workers for queues behind the server', async () => {
    expect(await pm2("{ script: 'queue-worker.js', instances: 8 }, { script: 'app.js', instances: 2 }")).to.equal(
      'pm2 2',
    )
  })
})

describe('the target', () => {
  it('is four workers on one host where files say one process', async () => {
    expect((await topology(scripts({ start: 'node app.js' }))).target).to.deep.equal({ workers: 4, hosts: 1 })
  })

  it('is what files say otherwise', async () => {
    expect((await topology({ ...scripts({}), 'k8s/app.yaml': deployment('  replicas: 3\n') })).target).to.deep.equal({
      workers: 1,
      hosts: 3,
    })
    expect((await topology(scripts({ start: 'pm2 start app.js -i 2' }))).target).to.deep.equal({ workers: 2, hosts: 1 })
  })

  it('needs Redis on several hosts, and takes it where it is', async () => {
    const many = await topology({ ...scripts({}), 'k8s/app.yaml': deployment('  replicas: 3\n') })
    expect([many.needsRedis, many.store]).to.deep.equal([true, 'redis'])
    const there = await topology({
      ...scripts({}),
      'compose.yml': 'services:\n  app:\n    build: .\n  cache:\n    image: redis:7\n',
    })
    expect([there.needsRedis, there.store]).to.deep.equal([false, 'redis'])
    expect((await topology(scripts({}))).store).to.equal('file')
  })
})

describe('several apps of one project', () => {
  const files: Files = {
    'package.json': JSON.stringify({ scripts: { start: 'npm --prefix api start' } }),
    'api/package.json': JSON.stringify({ name: 'api', scripts: { start: 'node app.js' } }),
    'api/app.js': '',
    'web/package.json': JSON.stringify({ name: 'web', scripts: { start: 'pm2 start web.js -i 8' } }),
    'web/ecosystem.config.js': "module.exports = { apps: [{ script: 'web.js', instances: 8 }] }",
    'compose.yml': 'services:\n  api:\n    build: ./api\n    scale: 2\n  web:\n    build: ./web\n    scale: 5\n',
    'deploy/env/.env.production': 'A=1\n',
  }

  it('each gets its own, and what is nobody else’s', async () => {
    expect(await now(files, 'api')).to.equal('replicas 2')
    expect(await now(files, 'web')).to.equal('pm2 40')
    const { variables } = await collectDeployment(memoryProject(files), { dir: 'api' })
    expect(variables.map(({ name, when }) => [name, when])).to.deep.equal([['A', 'production']])
  })
})
