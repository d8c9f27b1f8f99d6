import { expect } from 'chai'
import { audited } from './audited.js'
import { koaApp } from './collect/small-app.js'

type Files = Readonly<Record<string, string>>

async function said(files: Files) {
  const { report } = await audited(files)
  const [app] = report.apps
  if (app === undefined) throw new Error('no app')
  return app
}

const signed = 'app.keys = [process.env.SECRET_KEY]\napp.use(session({}, app))'
const image = { Dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.js"]\n' }
const compose = (one: string, two: string) => ({
  ...image,
  'docker-compose.yml': `services:
  app1:
    build: .
    environment: { NODE_ENV: production${one} }
  app2:
    build: .
    environment: { NODE_ENV: production${two} }
`,
})
const key = (value: string) => `, SECRET_KEY: ${value}`

describe('the verdict and what was found', () => {
  it('does not call an app ready whose services have different keys', async () => {
    const files = koaApp(
      signed,
      compose(key('Zk3vQ9pL1mX7bN5cR2tY8uW4eS6dF0gH'), key('Aa1vQ9pL1mX7bN5cR2tY8uW4eS6dF0zz')),
    )
    const { findings, verdict, answers } = await said(files)
    expect(findings.map(({ id }) => id)).to.include('SEC06')
    expect(verdict).to.include({ sessions: 'undecided', visibility: null })
    expect(verdict.why).to.include('SECRET_KEY differs between app1 and app2')
    expect(answers.secret).to.include('differ between app1 and app2')
  })

  it('names who is logged in to a dictionary of Flask as an error with a step', async () => {
    const { findings, steps, verdict } = await said({
      'requirements.txt': 'Flask==3.0\ngunicorn\n',
      Procfile: 'web: gunicorn app:app --workers 4\n',
      'app.py': `import os
from flask import Flask, request
app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
logged_in = {}

@app.post("/login")
def login():
    token = os.urandom(16).hex()
    logged_in[token] = request.form["user"]
    return token

@app.get("/")
def index():
    return logged_in.get(request.cookies.get("token"), "anonymous")
`,
    })
    const index = findings.findIndex(({ id }) => id === 'MEM01')
    expect(verdict.sessions).to.equal('breaks')
    expect(findings[index]?.severity).to.equal('error')
    expect(findings[index]?.do)
      .to.match(/in `session`/)
      .and.not.include('ctx')
    expect(steps.find(({ name }) => name === 'state')?.findings).to.include(index)
  })

  it('calls it ready where they have the same', async () => {
    const one = key('Zk3vQ9pL1mX7bN5cR2tY8uW4eS6dF0gH')
    expect((await said(koaApp(signed, compose(one, one)))).verdict).to.include({ sessions: 'ready', visibility: 1 })
  })
})

describe('services that run one program', () => {
  it('are several processes', async () => {
    const { processes, target } = await said(koaApp(signed, compose('', '')))
    expect(processes).to.include({ kind: 'replicas', count: 2 })
    expect(target.workers).to.equal(2)
  })

  it('are several also by an anchor', async () => {
    const yaml =
      'x-app: &app\n  build: .\nservices:\n  web1:\n    <<: *app\n  web2:\n    <<: *app\n  lb:\n    image: haproxy\n'
    const { processes } = await said(koaApp(signed, { ...image, 'docker-compose.yml': yaml }))
    expect(processes).to.include({ kind: 'replicas', count: 2 })
  })

  const apart: Readonly<Record<string, string>> = {
    'start something else': '    command: node mail.js\n',
    'are for a profile': '    profiles: [tools]\n',
    'are built from another file': '    build: { context: ., dockerfile: Dockerfile.tools }\n',
  }
  for (const [what, lines] of Object.entries(apart))
    it(`are one where others ${what}`, async () => {
      const second = lines.includes('build:') ? lines : `    build: .\n${lines}`
      const yaml = `services:\n  web:\n    build: .\n  other:\n${second}`
      const { processes } = await said(koaApp(signed, { ...image, 'docker-compose.yml': yaml }))
      expect(processes.count).to.equal(1)
    })
})

describe('session files in containers', () => {
  const ours = (options = '') => `app.use(require('koa-shared-session').sharedSession(${options}))`
  const four = (lines: string) => ({
    ...image,
    'docker-compose.yml': `services:\n  app:\n    build: .\n    deploy: { replicas: 4 }\n${lines}`,
  })
  const verdict = async (lines: string, deployment: Files) => (await said(koaApp(lines, deployment))).verdict

  it('are apart where no volume is mounted', async () => {
    const { findings, verdict, answers, store } = await said(koaApp(ours(), four('')))
    expect(verdict).to.include({ sessions: 'breaks', visibility: 0.25 })
    expect(verdict.why).to.include('with 4 containers a login is seen by about 1 request in 4')
    expect(findings.map(({ id }) => id)).to.include('FIL01')
    expect(answers.store).to.include('not shared')
    expect(store.shared).to.equal(false)
  })

  it('are apart also by session-file-store', async () => {
    const store = "new (require('session-file-store')(session))({ path: '/tmp/sess' })"
    const lines = `app.keys = [process.env.SECRET_KEY]\napp.use(session({ store: ${store} }, app))`
    expect(await verdict(lines, four(''))).to.include({ sessions: 'breaks', visibility: 0.25 })
  })

  it('are shared on a volume', async () => {
    const volume = "    volumes: ['sessions:/data']\n"
    const named = `    environment: { SESSION_FILE_DIR: /data/sessions }\n${volume}`
    expect((await verdict(ours(), four(named))).sessions).to.equal('ready')
    expect((await verdict(ours("{ directory: '/data/sessions' }"), four(volume))).sessions).to.equal('ready')
    expect((await verdict(ours("{ store: 'file', directory: '/data' }"), four(volume))).sessions).to.equal('ready')
  })

  it('are apart beside a volume that is another', async () => {
    const found = await verdict(
      ours("{ directory: '/data/sessions' }"),
      four("    volumes: ['uploads:/app/uploads']\n"),
    )
    expect(found).to.include({ sessions: 'breaks', visibility: 0.25 })
  })

  it('are nobody knows where beside a volume that may be another', async () => {
    const found = await verdict(ours(), four("    volumes: ['uploads:/app/uploads']\n"))
    expect(found).to.include({ sessions: 'undecided', visibility: null })
  })

  it('are shared by the workers of one container', async () => {
    const one = { ...image, 'docker-compose.yml': 'services:\n  app:\n    build: .\n' }
    expect((await verdict(ours(), one)).sessions).to.equal('ready')
  })
})

describe('session files of pods', () => {
  const deployment = (mount: string, mode: string) => ({
    'deploy.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: shop
          image: shop:1
          volumeMounts: [{ name: data, mountPath: ${mount} }]
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [${mode}] }
`,
  })
  const inData = "app.use(require('koa-shared-session').sharedSession({ directory: '/data/sessions' }))"

  it('are shared on a volume that all may write to', async () => {
    expect((await said(koaApp(inData, deployment('/data', 'ReadWriteMany')))).verdict.sessions).to.equal('ready')
  })

  for (const [name, mount, mode] of [
    ['of one node', '/data', 'ReadWriteOnce'],
    ['for something else', '/uploads', 'ReadWriteMany'],
  ] as const)
    it(`are apart beside a volume ${name}`, async () => {
      const { verdict, findings, answers } = await said(koaApp(inData, deployment(mount, mode)))
      expect(verdict).to.include({ sessions: 'breaks', visibility: 1 / 3 })
      expect(findings.find(({ id }) => id === 'FIL01')?.severity).to.equal('error')
      expect(answers.store).to.include('a directory on each of 3 hosts, not shared')
    })

  it('are apart, and found, where only the environment could name their directory', async () => {
    const files = koaApp("app.use(require('koa-shared-session').sharedSession())", deployment('/data', 'ReadWriteOnce'))
    const { verdict, findings } = await said(files)
    expect(verdict.sessions).to.equal('breaks')
    expect(findings.map(({ id }) => id)).to.include('FIL01')
  })

  it('are nobody knows where beside a volume that may be theirs', async () => {
    const files = koaApp("app.use(require('koa-shared-session').sharedSession())", deployment('/data', 'ReadWriteMany'))
    expect((await said(files)).verdict.sessions).to.equal('undecided')
  })
})
