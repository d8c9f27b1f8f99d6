import { expect } from 'chai'
import { collectFacts } from '../../../lib/audit/collect/collect-facts.js'
import { collectDeployment } from '../../../lib/audit/collect/deployment/collect-deployment.js'
import { applyEdits } from '../../../lib/audit/edits.js'
import { emptyFacts } from '../../../lib/audit/empty-facts.js'
import type { Facts } from '../../../lib/audit/facts.js'
import type { Edit, Found, Rule } from '../../../lib/audit/finding.js'
import type { Project } from '../../../lib/audit/project/project.js'
import dep01 from '../../../lib/audit/rules/dep01-signal-not-delivered.js'
import dep02 from '../../../lib/audit/rules/dep02-development-mode.js'
import dep03 from '../../../lib/audit/rules/dep03-grace-period-mismatch.js'
import prc01 from '../../../lib/audit/rules/prc01-single-process-start.js'
import prc03 from '../../../lib/audit/rules/prc03-host-cpu-count.js'
import prc04 from '../../../lib/audit/rules/prc04-sticky-as-workaround.js'
import prx01 from '../../../lib/audit/rules/prx01-proxy-not-trusted.js'
import prx02 from '../../../lib/audit/rules/prx02-proxy-trust-all.js'
import prx03 from '../../../lib/audit/rules/prx03-keepalive-below-proxy.js'
import prx04 from '../../../lib/audit/rules/prx04-https-optional.js'
import pyx01 from '../../../lib/audit/rules/pyx01-server-command.js'
import pyx02 from '../../../lib/audit/rules/pyx02-fork-hooks.js'
import pyx03 from '../../../lib/audit/rules/pyx03-flask-secret.js'
import pyx04 from '../../../lib/audit/rules/pyx04-session-config.js'
import rds02 from '../../../lib/audit/rules/rds02-redis-exposed.js'
import rds03 from '../../../lib/audit/rules/rds03-redis-shared-or-evicting.js'
import sec06 from '../../../lib/audit/rules/sec06-secret-differs-between-sources.js'
import sec07 from '../../../lib/audit/rules/sec07-secret-in-tracked-file.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { memoryProject } from '../memory-project.js'

const rules: readonly Rule[] = [
  sec06,
  sec07,
  prc01,
  prc03,
  prc04,
  prx01,
  prx02,
  prx03,
  prx04,
  rds02,
  rds03,
  dep01,
  dep02,
  dep03,
  pyx01,
  pyx02,
  pyx03,
  pyx04,
]

type Files = Readonly<Record<string, string>>

async function find(rule: Rule, files: Files, tracked?: readonly string[]): Promise<readonly Found[]> {
  const project = memoryProject(files, tracked ? { tracked } : {})
  const apps = await collectFacts(project, { entry: undefined, workspace: undefined, progress: undefined })
  const all = files['requirements.txt'] === undefined ? apps : [await flaskFacts(project)]
  expect(all).to.have.length(1)
  return all.flatMap((facts) => rule.find(facts, topologyOf(facts, {})))
}

/** What files tell of a Flask app. */
async function flaskFacts(project: Project): Promise<Facts> {
  const empty = emptyFacts()
  return {
    ...empty,
    ...(await collectDeployment(project, { dir: '.' })),
    framework: { ...empty.framework, name: 'flask' },
  }
}

function changed(files: Files, edits: readonly Edit[]): Files {
  const touched = new Set(edits.map(({ file }) => file))
  const after = [...touched].map((file) => {
    const own = edits.filter((edit) => edit.file === file)
    return [file, applyEdits(files[file] ?? '', own).text]
  })
  return { ...files, ...Object.fromEntries(after) }
}

describe('rules of deployment', () => {
  it('leave a PM2 app alone that takes no requests', async () => {
    const apps = (script: string) => `module.exports = {
  apps: [
    {
      name: 'one',
      script: '${script}',
    },
  ],
}
`
    const app = {
      'package.json': '{"name":"shop","scripts":{"start":"node app.js"},"dependencies":{"koa":"^2.15.0"}}',
      'app.js': "const Koa = require('koa')\nnew Koa().listen(3000)\n",
      'bin/www': "require('../app')\n",
      'web.js': "require('./app')\n",
      'jobs/mail.js': "const { send } = require('../send')\nsetInterval(send, 1000)\n",
      'send.js': "exports.send = () => console.log('sent')\n",
    }
    const found = async (script: string) => (await find(dep03, { ...app, 'ecosystem.config.js': apps(script) })).length
    expect(await found('./jobs/mail.js')).to.equal(0)
    expect(await found('jobs/mail')).to.equal(0)
    for (const script of ['app.js', './web.js', 'bin/www', 'dist/app.js', 'npm'])
      expect(await found(script)).to.equal(1)
  })

  it('call a Service by its name', async () => {
    const service = `apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  sessionAffinity: ClientIP
  selector:
    app: shop
  ports:
    - port: 80
`
    const [found] = await find(prc04, {
      'package.json': '{"name":"shop","dependencies":{"koa":"^2.15.0","koa-generic-session":"^2.3.0"}}',
      'app.js':
        "const Koa = require('koa')\nconst app = new Koa()\napp.keys = [process.env.KEY]\napp.use(require('koa-generic-session')({}))\napp.listen(3000)\n",
      'k8s/service.yaml': service,
    })
    expect(found?.title).to.equal('the Service sends each client to one process (sessionAffinity: ClientIP)')
  })

  for (const rule of rules) {
    describe(`${rule.id} ${rule.slug}`, () => {
      for (const { name, files } of rule.samples.bad) {
        it(`finds: ${name}`, async () => {
          const found = await find(rule, files)
          expect(found).to.not.have.length(0)
          for (const { title, why, do: remedy } of found) {
            expect(title).to.not.match(/\.$|undefined/)
            expect(`${why} ${remedy}`).to.not.match(/undefined|\[object/)
          }
        })

        it(`has nothing left to change after its fix: ${name}`, async () => {
          const found = await find(rule, files)
          const edits = found.flatMap(({ fix }) => fix?.edits ?? [])
          if (edits.length === 0) return
          const after = changed(files, edits)
          expect(after).to.not.deep.equal(files)
          const again = await find(rule, after)
          expect(again.flatMap(({ fix }) => fix?.edits ?? [])).to.deep.equal([])
        })
      }

      for (const { name, files } of rule.samples.good)
        it(`is silent: ${name}`, async () => expect(await find(rule, files)).to.deep.equal([]))
    })
  }
})
