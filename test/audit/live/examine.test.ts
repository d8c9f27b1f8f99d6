import { expect } from 'chai'
import { examine } from '../../../lib/audit/live/examine.js'
import type { LiveSample } from '../../../lib/audit/live/live-rule.js'
import { liveRules } from '../../../lib/audit/live/rules/index.js'
import { sampleFacts } from '../../../lib/audit/live/sound-set-up.js'
import type { Report } from '../../../lib/audit/report.js'
import { type Format, formatNames } from '../../../lib/report/format-names.js'
import { print } from '../../../lib/report/print.js'
import { plainText } from '../../../lib/report/text.js'
import { jsonFaults } from '../../report/json-schema.js'
import { sarifFaults } from '../../report/sarif-schema.js'
import { projectOf } from '../made-up-app.js'

const files = {
  'package.json':
    '{"name":"shop","dependencies":{"koa":"^3.0.0","koa-shared-session":"*"},"scripts":{"start":"node app.js"}}',
  'app.js':
    "const Koa = require('koa')\nconst { sharedSession } = require('koa-shared-session')\nconst app = new Koa()\napp.use(sharedSession())\napp.listen(3000)\n",
  '.env': 'NODE_ENV=production\nREDIS_URL=redis://:planted-password@10.0.0.7:6379\n',
}

const secret = 'planted-password'

function reportOf(sample: LiveSample): Promise<Report> {
  const options = {
    version: '0.0.0',
    entry: undefined,
    workspace: undefined,
    progress: undefined,
    envFiles: ['.env'],
    isWanted: () => true,
    minConfidence: 'low' as const,
    baseline: undefined,
  }
  const notLooked = [{ what: 'Redis: latency', why: `NOPERM for ${secret}` }]
  return examine(projectOf(files), options, async () => ({ live: sampleFacts(sample), notLooked, secrets: [secret] }))
}

const samples = liveRules.flatMap(({ id, samples }) =>
  [...samples.bad, ...samples.good].map((sample) => ({ ...sample, name: `${id}: ${sample.name}` })),
)

describe('the report of doctor', () => {
  for (const sample of samples)
    it(`is valid in every format, and holds no secret: ${sample.name}`, async () => {
      const report = await reportOf(sample)
      expect(jsonFaults(report)).to.deep.equal([])
      for (const format of formatNames.filter((name: Format) => name !== 'diff')) {
        const text = await print(report, format, { ...plainText, prefix: '' })
        expect(text).not.to.include(secret)
        if (format === 'sarif') expect(sarifFaults(JSON.parse(text))).to.deep.equal([])
        if (format === 'text') expect(text).to.include('koa-shared-session doctor')
      }
    })

  const appOf = async (sample: LiveSample['live']) => {
    const [app] = (await reportOf({ name: '', live: sample })).apps
    if (app === undefined) throw new Error('no app')
    return app
  }

  it('puts a finding where the file that was handed over sets the variable', async () => {
    const { findings } = await appOf({ redis: { state: 'away', said: 'connect ECONNREFUSED' } })
    expect(findings.map(({ id, locations }) => [id, locations[0]?.file, locations[0]?.line])).to.deep.equal([
      ['DOC06', '.env', 2],
    ])
  })

  it('puts any other where the app mounts its sessions', async () => {
    const { findings } = await appOf({ configuration: { node: '18.0.0' } })
    expect(findings[0]?.locations[0]).to.include({ file: 'app.js', line: 4 })
  })

  it('says what was measured', async () => {
    const { verdict, live } = await appOf({ visit: { loggedIn: 25 } })
    expect(verdict).to.include({ sessions: 'breaks', app: 'breaks', visibility: 0.25 })
    expect(verdict.why).to.include('25 of 100')
    expect(live?.visit?.loggedIn).to.equal(25)
  })

  it('says that nothing works while something keeps every login from working', async () => {
    const { verdict } = await appOf({ visit: null, redis: { state: 'silent', said: 'it said nothing' } })
    expect(verdict).to.include({ sessions: 'breaks', visibility: 0 })
  })

  it('is ready where all was looked at and is well', async () => {
    const { verdict, findings } = await appOf({})
    expect(verdict).to.include({ sessions: 'ready', app: 'ready', visibility: 1 })
    expect(findings).to.deep.equal([])
  })

  it('has fingerprints that stay when a server says something else', async () => {
    const of = async (said: string) =>
      (await appOf({ redis: { state: 'away', said } })).findings.map(({ fingerprint }) => fingerprint)
    expect(await of('one')).to.deep.equal(await of('other'))
  })
})
