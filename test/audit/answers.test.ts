import { expect } from 'chai'
import { answersOf } from '../../lib/audit/answers.js'
import prc05 from '../../lib/audit/rules/prc05-resources-times-workers.js'
import pyx02 from '../../lib/audit/rules/pyx02-fork-hooks.js'
import sec01 from '../../lib/audit/rules/sec01-secret-random-per-process.js'
import sec02 from '../../lib/audit/rules/sec02-secret-hardcoded.js'
import sec08 from '../../lib/audit/rules/sec08-secret-no-rotation.js'
import { topologyOf } from '../../lib/audit/topology-of.js'
import { verdictOf } from '../../lib/audit/verdict.js'
import { appOf, type Files, koaApp, packageJson } from './collect/small-app.js'

const nothing = { workers: undefined, hosts: undefined, store: undefined }

async function told(files: Files) {
  const facts = await appOf(files)
  const topology = topologyOf(facts, nothing)
  return { ...answersOf(facts, topology), facts, topology }
}

const express = (lines: string): Files => ({
  'package.json': packageJson({ express: '^4.0.0', 'express-session': '*', 'connect-redis': '*' }),
  'app.js': `const app = require('express')()\nconst session = require('express-session')\n${lines}\napp.listen(1)`,
})

describe('the three answers', () => {
  it('tell of the session that is not shared, where there are two', async () => {
    const lines = `const RedisStore = require('connect-redis')(session)
if (config.redis) app.use(session({ secret: process.env.KEY, store: new RedisStore() }))
else app.use(session({ secret: process.env.KEY }))`
    expect((await told(express(lines))).store).to.equal('in the memory of each process, not shared (app.js:5)')
  })

  it('tell that a file keeps the key', async () => {
    const lines = `const fs = require('fs')
let key
try { key = fs.readFileSync('.key', 'utf8') } catch { key = require('crypto').randomBytes(32).toString('hex'); fs.writeFileSync('.key', key) }
app.keys = [key]
app.use(session(app))`
    expect((await told(koaApp(lines))).secret).to.equal(
      'made at the first start and kept in a file: the same in all processes of one host (app.js:6)',
    )
  })

  it('tell of the threads that serve gives to workers whose sessions are in files', async () => {
    const ours = "app.keys = [process.env.KEY]\napp.use(require('koa-shared-session').sharedSession())"
    const served = { Procfile: 'web: koa-shared-session serve app.js --workers 4\n' }
    const { processes } = await told(koaApp(ours, served))
    expect(processes).to.match(/; threads as serve sets them: 8 for file access$/)
    expect((await told(koaApp(ours))).processes).to.match(/; threads as Node has them: 4 for file access$/)
  })

  it('say nothing of Node’s threads to a Flask app', async () => {
    const files = { 'app.py': "from flask import Flask\napp = Flask(__name__)\napp.secret_key = 'x'\n" }
    expect((await told(files)).processes).to.equal('1 process, because no deployment file says otherwise')
  })
})

describe('the threads', () => {
  const flask: Files = {
    'app.py': "from flask import Flask\napp = Flask(__name__)\napp.secret_key = 'x'\n",
    'run.py': 'from waitress import serve\nfrom app import app\nserve(app, threads=8)\n',
  }
  const gunicorn = { Dockerfile: 'FROM python:3\nCMD ["gunicorn", "app:app"]\n' }
  const node = (start: string, more: Files = {}) => ({
    ...koaApp('app.keys = [process.env.KEY]\napp.use(session(app))', more),
    'package.json': packageJson({ koa: '*', 'koa-session': '*' }, { scripts: { start } }),
  })

  const cases: Record<string, [files: Files, said: RegExp, count: number | null]> = {
    'of the server that is started, not of another one': [
      { ...flask, ...gunicorn, 'gunicorn.conf.py': 'workers = 3\nthreads = 2\n' },
      /threads: gunicorn threads: 2 \(gunicorn\.conf\.py:2\)$/,
      2,
    ],
    'of Gunicorn where nothing says more': [
      { ...flask, ...gunicorn },
      /threads: gunicorn threads: 1, its default \(Dockerfile:2\)$/,
      1,
    ],
    'of Gunicorn by its file alone': [
      { 'app.py': flask['app.py'] ?? '', 'gunicorn.conf.py': 'workers = 3\n' },
      /threads: gunicorn threads: 1, its default \(gunicorn\.conf\.py:1\)$/,
      1,
    ],
    'of Waitress, which code starts': [flask, /threads: waitress threads: 8 \(run\.py:3\)$/, 8],
    'that a script of package.json sets': [
      node('UV_THREADPOOL_SIZE=16 node app.js'),
      /threads: UV_THREADPOOL_SIZE=16 \(package\.json:\d+\)$/,
      16,
    ],
    'that a script sets for PM2': [
      node('cross-env UV_THREADPOOL_SIZE=16 pm2 start app.js -i 2'),
      /threads: UV_THREADPOOL_SIZE=16/,
      16,
    ],
    'that a Procfile sets for a script': [
      node('node app.js', { Procfile: 'web: UV_THREADPOOL_SIZE=16 npm start\n' }),
      /threads: UV_THREADPOOL_SIZE=16/,
      16,
    ],
    'that serve gives': [
      node('koa-shared-session serve app.js --threads 12'),
      /threads: serve --threads 12 \(package\.json:\d+\)$/,
      12,
    ],
  }
  for (const [name, [files, said, count]] of Object.entries(cases))
    it(`are those ${name}`, async () => {
      const { processes, facts } = await told(files)
      expect(processes).to.match(said)
      expect(facts.threads[0]?.count).to.equal(count)
    })

  it('of Waitress are no size of libuv’s pool', async () => {
    const { facts, topology } = await told(flask)
    expect(prc05.find(facts, topology)).to.deep.equal([])
  })
})

describe('a number of workers that is computed', () => {
  const app = { 'app.py': "from flask import Flask\napp = Flask(__name__)\napp.secret_key = 'x'\n" }
  const config = 'import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n'
  const cases: Record<string, [files: Files, said: RegExp]> = {
    'is told as gunicorn.conf.py has it': [
      { ...app, 'gunicorn.conf.py': config },
      /^multiprocessing\.cpu_count\(\) \* 2 \+ 1 processes \(/,
    ],
    'is told as the file of a command has it': [
      { ...app, 'gunicorn.conf.py': config, Procfile: 'web: gunicorn app:app\n' },
      /^multiprocessing\.cpu_count\(\) \* 2 \+ 1 processes \(/,
    ],
    'is one per CPU where it is nothing more': [
      { ...app, 'gunicorn.conf.py': config.replace(' * 2 + 1', '') },
      /^one process per CPU \(/,
    ],
  }
  for (const [name, [files, said]] of Object.entries(cases))
    it(name, async () => {
      const { processes, topology } = await told(files)
      expect(processes).to.match(said)
      expect(topology.now.count).to.equal('cpus')
    })
})

describe('what an autoscaler may start', () => {
  const lines =
    'app.keys = [process.env.KEY || require("crypto").randomBytes(9).toString("hex")]\napp.use(session({}, app))'
  const files = koaApp(lines, {
    'k8s.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - { name: shop, image: 'shop:1' }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec: { minReplicas: 3, maxReplicas: 10 }
`,
  })

  it('is told beside what runs now, and with the prediction', async () => {
    const { processes, facts, topology } = await told(files)
    expect(processes).to.match(
      /^3 processes \(replicas: 3 of shop, k8s\.yaml:5\), up to 10 \(autoscaler shop: 3 to 10 replicas, k8s\.yaml:14\);/,
    )
    const { visibility, why } = verdictOf(facts, topology)
    expect(visibility).to.equal(0.1)
    expect(why).to.include(
      'with 10 processes, as many as the autoscaler may start, a login is seen by about 1 request in 10',
    )
  })

  it('is no matter where people say how many hosts they want', async () => {
    const facts = await appOf(files)
    const topology = topologyOf(facts, { ...nothing, hosts: 2 })
    expect(verdictOf(facts, topology).why).to.include('with 2 processes a login')
  })
})

describe('a random key where only some processes get the variable', () => {
  it('says which file gives it, and predicts nothing', async () => {
    const { facts, topology } = await told(
      koaApp(
        'app.keys = [process.env.KEY || require("crypto").randomBytes(9).toString("hex")]\napp.use(session({}, app))',
        {
          '.env.production': 'KEY=kLw93dd02zpQnV84mX17rTb6yHs5cJe0\n',
        },
      ),
    )
    const [found] = sec01.find(facts, topology)
    expect(found?.severity).to.equal('note')
    expect(found?.why).to.include('.env.production:1 gives KEY to production').and.not.include('1 request in')
  })
})

describe('the advice for a key of another framework', () => {
  it('names the option that takes it', async () => {
    const { facts, topology } = await told(express("app.use(session({ secret: 'kLw93dd02zpQnV84mX17rTb6yHs5cJe0' }))"))
    const [found] = sec02.find(facts, topology)
    expect(found?.do)
      .to.include('secret: [process.env.SECRET_KEY, process.env.OLD_SECRET_KEY]')
      .and.not.to.include('app.keys')
    const other = await told(express('app.use(session({ secret: process.env.KEY }))'))
    const [rotation] = sec08.find(other.facts, other.topology)
    expect(rotation?.do ?? '').not.to.include('app.keys')
  })
})

describe('a random key of Flask without a fork that it counts on', () => {
  it('is told once', async () => {
    const files = {
      'app.py': 'import os\nfrom flask import Flask\napp = Flask(__name__)\napp.secret_key = os.urandom(9)\n',
    }
    const { facts, topology } = await told(files)
    expect(pyx02.find(facts, topology)).to.deep.equal([])
  })
})
