import { expect } from 'chai'
import { collectFacts } from '../../../lib/audit/collect/collect-facts.js'
import type { ContainerFact } from '../../../lib/audit/facts/deployment.js'
import type { Facts } from '../../../lib/audit/facts.js'
import type { Edit, Found, Rule, Sample } from '../../../lib/audit/finding.js'
import { rules } from '../../../lib/audit/rules/index.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { memoryProject } from '../memory-project.js'

const own = rules.filter(({ id }) => /^(MEM|LIF|FIL|RDS01|PRC0[256])/.test(id))

async function find(rule: Rule, { files }: Sample): Promise<readonly Found[]> {
  const apps = await collectFacts(memoryProject(files), { entry: undefined, workspace: undefined, progress: undefined })
  expect(apps).to.have.length(1)
  return apps.flatMap((facts) => rule.find(facts, topologyOf(facts, {})))
}

describe('rules of state, shutdown, files and processes', () => {
  it('are all there', () => {
    expect(own.map(({ id }) => id)).to.deep.equal(
      'FIL01 FIL02 FIL03 LIF01 LIF02 LIF03 MEM01 MEM02 MEM03 MEM04 MEM05 MEM06 MEM07 PRC02 PRC05 PRC06 RDS01'.split(
        ' ',
      ),
    )
  })

  for (const rule of own) {
    describe(`${rule.id} ${rule.slug}`, () => {
      for (const sample of rule.samples.bad)
        it(`finds: ${sample.name}`, async () => {
          const found = await find(rule, sample)
          expect(found).to.not.have.length(0)
          for (const each of found) expect(each.title).to.match(/^[^A-Z]|^UV_|^SIGTERM/)
        })

      for (const sample of rule.samples.good)
        it(`is silent: ${sample.name}`, async () => expect(await find(rule, sample)).to.deep.equal([]))
    })
  }
})

describe('FIL01, by where the app runs', () => {
  const files = {
    'package.json': JSON.stringify({ name: 'shop', dependencies: { express: '5', 'express-session': '1' } }),
    'app.js': `const express = require('express')
const session = require('express-session')
const FileStore = require('session-file-store')(session)
const app = express()
app.use(session({ secret: process.env.SECRET_KEY, store: new FileStore({ path: '/data/sessions' }) }))
app.listen(3000)
`,
  }

  const titles = async (change: Partial<Facts>, hosts = 1) => {
    const [facts] = await collectFacts(memoryProject(files), {
      entry: undefined,
      workspace: undefined,
      progress: undefined,
    })
    if (facts === undefined) throw new Error('no app')
    const all = { ...facts, ...change }
    return (rules.find(({ id }) => id === 'FIL01')?.find(all, topologyOf(all, { hosts })) ?? []).map(
      ({ title }) => title,
    )
  }

  const place = { file: 'docker-compose.yml', start: 0, end: 1, line: 1, column: 1 }
  const container = (mounts: ContainerFact['mounts']): ContainerFact => ({
    kind: 'compose',
    name: 'app',
    place,
    mounts,
    ports: [],
    init: false,
    cpuLimit: undefined,
    memoryLimitMb: undefined,
    readinessProbe: undefined,
    privateTmp: false,
    user: undefined,
  })
  const volume = { path: '/data', lasting: true, many: false, place }

  it('is silent on one host with a volume, or without containers', async () => {
    expect(await titles({ containers: [container([volume])] })).to.deep.equal([])
    expect(await titles({})).to.deep.equal([])
  })

  it('finds a container without a volume', async () => {
    const gone = ['session files are gone with the container']
    expect(await titles({ containers: [container([])] })).to.deep.equal(gone)
    expect(await titles({ containers: [container([{ ...volume, path: '/uploads' }])] })).to.deep.equal(gone)
  })

  it('finds several hosts, but for a volume that all of them mount', async () => {
    const own = ['each host keeps sessions in a directory of its own']
    expect(await titles({ containers: [container([volume])] }, 2)).to.deep.equal(own)
    expect(await titles({ containers: [container([{ ...volume, many: true }])] }, 2)).to.deep.equal([])
  })
})

describe('changes of these rules', () => {
  const change = (text: string, edits: readonly Edit[]) =>
    edits.reduce((done, { start, end, text: added }) => done.slice(0, start) + added + done.slice(end), text)

  const changed = async (id: string, files: Readonly<Record<string, string>>) => {
    const rule = rules.find((each) => each.id === id)
    if (rule === undefined) throw new Error(`no rule ${id}`)
    const [found] = await find(rule, { name: '', files })
    return change(files['app.js'] ?? '', found?.fix?.edits ?? [])
  }

  const app = (code: string, dependencies: Readonly<Record<string, string>>) => ({
    'package.json': JSON.stringify({ name: 'shop', dependencies: { koa: '3', ...dependencies } }),
    'app.js': `const Koa = require('koa')\nconst app = new Koa()\nrequire('koa-session')(app)\n${code}\napp.listen(3000)\n`,
  })

  it('put regenerate() before the user, in the style of the file', async () => {
    const files = app(
      `router.post('/login', async (ctx) => {\n  if (await bcrypt.compare(a, b)) {\n    ctx.session.user = a;\n  }\n})`,
      { 'koa-session': '^7.0.0' },
    )
    expect(await changed('LIF02', files)).to.include('    await ctx.session.regenerate();\n    ctx.session.user = a;\n')
  })

  it('leave a koa-session alone that has no regenerate()', async () => {
    const files = app(`router.post('/login', async (ctx) => {\n  ctx.session.user = await login(ctx)\n})`, {
      'koa-session': '^5.0.0',
    })
    expect(await changed('LIF02', files)).to.equal(files['app.js'])
  })

  it('leave a statement alone that stands under a condition without braces', async () => {
    const files = app(
      `router.post('/login', async (ctx) => {\n  if (await bcrypt.compare(a, b)) ctx.session.user = a\n})`,
      {
        'koa-session': '^7.0.0',
      },
    )
    expect(await changed('LIF02', files)).to.equal(files['app.js'])
  })

  it('end the session at a logout', async () => {
    const files = app(`router.get('/logout', (ctx) => {\n  delete ctx.session.user\n})`, { 'koa-session': '^7.0.0' })
    expect(await changed('LIF03', files)).to.include('{\n  ctx.session = null\n}')
  })

  it('leave a logout alone that is an expression of something larger', async () => {
    const files = app(`router.get('/logout', (ctx) => (ctx.session.user = null))`, { 'koa-session': '^7.0.0' })
    expect(await changed('LIF03', files)).to.equal(files['app.js'])
  })

  it('listen for errors of Redis, apart from what follows', async () => {
    const files = app(`const client = require('redis').createClient()\n;(async () => { await client.connect() })()`, {
      'koa-session': '^7.0.0',
      redis: '^5.0.0',
    })
    expect(await changed('RDS01', files)).to.include(
      "createClient()\nclient.on('error', (error) => console.error('Redis:', error.message));\n;(async",
    )
  })
})
