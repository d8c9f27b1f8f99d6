import { expect } from 'chai'
import type { Rule } from '../../lib/audit/finding.js'
import { Places } from '../../lib/audit/place.js'
import type { Report } from '../../lib/audit/report.js'
import {
  foundAt,
  fourWorkers,
  judged,
  placeOf,
  planOf,
  planOptions,
  ruleOf,
  secretFact,
  sessionFact,
  shop,
  shopFiles,
} from './made-up-app.js'

const findingsOf = (report: Report) => report.apps.flatMap(({ findings }) => findings)
const ids = (report: Report) => findingsOf(report).map(({ id }) => id)

/** An app of one file, with a rule that finds each `bad()` of it. */
function badApp(text: string, more: Partial<Rule> = {}) {
  const files = { 'app.js': text }
  const places = new Places('app.js', text)
  const found = [...text.matchAll(/bad\(\)/g)].map(({ index }) =>
    foundAt(places.at(index, index + 5), { title: 'it is bad' }),
  )
  return { files, app: judged([{ ...ruleOf('MEM01', 'request-state-in-module', 'state', found), ...more }]) }
}

describe('the plan', () => {
  it('orders by step, severity, path and place, whatever the order of rules and findings', async () => {
    const { report } = await planOf(shopFiles, [shop()])
    expect(ids(report)).to.deep.equal(['SEC01', 'STO02', 'CKE01', 'PRC01'])
    const app = shop()
    const turned = { ...app, results: [...app.results].reverse() }
    expect((await planOf(shopFiles, [turned])).report).to.deep.equal(report)
  })

  it('has all steps, with the findings of each', async () => {
    const { steps } = (await planOf(shopFiles, [shop()])).report.apps[0] ?? { steps: [] }
    expect(steps.map(({ n, name }) => `${n} ${name}`)).to.deep.equal(
      ['secret', 'store', 'cookie', 'state', 'processes', 'shutdown', 'proof'].map(
        (name, index) => `${index + 1} ${name}`,
      ),
    )
    expect(steps.map(({ findings }) => findings)).to.deep.equal([[0], [1], [2], [], [3], [], []])
  })

  it('has actions with the names of this app, for the store that fits', async () => {
    const actions = async (more: Parameters<typeof judged>[2]) => {
      const { report } = await planOf(shopFiles, [{ ...shop(), ...more }])
      return report.apps[0]?.steps.flatMap((step) => step.actions).join('\n')
    }
    const files = await actions({})
    expect(files).to.include('SESSION_FILE_DIR=/var/lib/shop/sessions').and.include('serve src/app.js --workers 4')
    const redis = await actions({
      topology: { ...fourWorkers, store: 'redis', needsRedis: true, target: { workers: 4, hosts: 3 } },
    })
    expect(redis).to.include('REDIS_URL').and.include('3 hosts').and.not.include('SESSION_FILE_DIR')
  })

  it('names a store of their own for other frameworks', async () => {
    const app = shop()
    const sessions = app.facts.sessions.map((session) => ({ ...session, library: 'express-session' }))
    const framework = { ...app.facts.framework, name: 'express' }
    const { report } = await planOf(shopFiles, [{ ...app, facts: { ...app.facts, sessions, framework } }])
    expect(report.apps[0]?.steps[1]?.actions).to.deep.equal([
      'Give express-session a store that all processes share, such as `connect-redis`, with the same address in all of them',
    ])
  })

  it('asks for nothing where no session is', async () => {
    const { report } = await planOf({}, [judged([])])
    expect(report.apps[0]?.steps.find(({ name }) => name === 'proof')?.actions).to.deep.equal([])
  })

  it('frames the line before and the line, and marks the place', async () => {
    const { report } = await planOf(shopFiles, [shop()])
    const { frame } = findingsOf(report)[0]?.locations[0] ?? { frame: [] }
    expect(frame.map(({ line }) => line)).to.deep.equal([2, 3])
    const marked = frame[1]
    expect(marked?.text.slice(marked.from, marked.to)).to.equal("[crypto.randomBytes(16).toString('hex')]")
  })

  it('marks the place in a masked line, and shows long lines around it', async () => {
    const secret = 'correct-horse-battery'
    const files = { 'app.js': `keys = ['${secret}']; bad() // ${'x'.repeat(500)}\n` }
    const found = foundAt(placeOf(files, 'app.js', 'bad()'))
    const app = judged([ruleOf('MEM01', 'm', 'state', [found])], {
      secrets: [secretFact(placeOf(files, 'app.js', secret), { value: secret })],
    })
    const { report } = await planOf(files, [app])
    const line = findingsOf(report)[0]?.locations[0]?.frame[0]
    expect(line?.text.slice(line.from, line.to)).to.equal('bad()')
    expect(line?.text).not.to.include(secret)
    expect(line?.text.length).to.be.below(300)
  })

  it('leaves out unsure findings, and counts them', async () => {
    const place = placeOf(shopFiles, 'src/app.js', 'app.listen')
    const app = judged([ruleOf('MEM01', 'm', 'state', [foundAt(place, { confidence: 'low' })])])
    const { report } = await planOf(shopFiles, [app])
    expect(report.apps[0]).to.deep.include({ findings: [], unsure: 1 })
    expect(ids((await planOf(shopFiles, [app], { minConfidence: 'low' })).report)).to.deep.equal(['MEM01'])
  })

  it('counts rules that looked, and those that found nothing', async () => {
    const { report } = await planOf(shopFiles, [shop()])
    expect(report.apps[0]?.checks).to.deep.equal({ run: 5, clean: 1 })
  })
})

describe('a fingerprint', () => {
  it('stays when lines move, and tells equal places of a file apart', async () => {
    const prints = async (text: string) => {
      const { files, app } = badApp(text)
      return findingsOf((await planOf(files, [app])).report).map(({ fingerprint }) => fingerprint)
    }
    const before = await prints('bad()\nbad()\n')
    expect(new Set(before).size).to.equal(2)
    expect(await prints('\n\n// more\nbad()\n\n  bad()\n')).to.deep.equal(before)
    expect(before[0]).to.match(/^[0-9a-f]{16}$/)
  })

  it('does not depend on severity, but on the rule', async () => {
    const { files, app } = badApp('bad()')
    const { files: other, app: otherApp } = badApp('bad()', { id: 'MEM02' })
    const one = findingsOf((await planOf(files, [app])).report)[0]?.fingerprint
    expect(findingsOf((await planOf(other, [otherApp])).report)[0]?.fingerprint).not.to.equal(one)
  })
})

describe('an ignore', () => {
  const suppressed = async (text: string) => {
    const { files, app } = badApp(text)
    const { report } = await planOf(files, [app])
    return findingsOf(report).map(({ id, suppressed }) => [id, suppressed?.reason ?? null])
  }

  const works: Record<string, string> = {
    'on the line': 'bad() // koa-shared-session-ignore MEM01 -- counts only',
    'on the line above': '// koa-shared-session-ignore MEM01 -- counts only\nbad()',
    'above an empty line': '/* koa-shared-session-ignore MEM01 -- counts only */\n\n  bad()',
    'with a hash': '# koa-shared-session-ignore MEM01 -- counts only\nbad()',
    'in markup': '<!-- koa-shared-session-ignore MEM01 -- counts only -->\nbad()',
    'by slug': '// koa-shared-session-ignore request-state-in-module -- counts only\nbad()',
    'of several rules': '// koa-shared-session-ignore SEC01, MEM01 -- counts only\nbad()',
    'above another':
      '// koa-shared-session-ignore MEM01 -- counts only\n// koa-shared-session-ignore SEC01 -- x\nbad()',
    'with Windows line ends': '// koa-shared-session-ignore MEM01 -- counts only\r\nbad()\r\n',
  }
  for (const [name, text] of Object.entries(works))
    it(`leaves a finding out: ${name}`, async () => {
      expect(await suppressed(text)).to.deep.equal([['MEM01', 'counts only']])
    })

  it('without a reason counts for nothing, and is a note', async () => {
    expect(await suppressed('bad() // koa-shared-session-ignore MEM01')).to.deep.equal([
      ['MEM01', null],
      ['KSS003', null],
    ])
  })

  it('that matches nothing is a note', async () => {
    expect(await suppressed('good() // koa-shared-session-ignore MEM01 -- counts only')).to.deep.equal([
      ['KSS003', null],
    ])
  })

  it('of a rule that does not exist is a note', async () => {
    expect(await suppressed('good() // koa-shared-session-ignore SEC99 -- known')).to.deep.equal([['KSS003', null]])
  })

  it('of a rule that did not run is left alone', async () => {
    expect(await suppressed('good() // koa-shared-session-ignore SEC01 -- known')).to.deep.equal([])
  })

  it('speaks of its own line only', async () => {
    const found = await suppressed('bad() // koa-shared-session-ignore MEM01 -- counts only\nbad()')
    expect(found).to.deep.equal([
      ['MEM01', 'counts only'],
      ['MEM01', null],
    ])
  })

  it('keeps the finding out of steps and changes', async () => {
    const files = { 'app.js': 'bad() // koa-shared-session-ignore MEM01 -- x\n' }
    const place = placeOf(files, 'app.js', 'bad()')
    const edits = [{ file: 'app.js', start: 0, end: 5, text: 'good()' }]
    const app = judged([ruleOf('MEM01', 'm', 'state', [foundAt(place, { fix: { grade: 'safe', edits } })])])
    const { report, edits: made } = await planOf(files, [app])
    expect(report.apps[0]?.steps.flatMap(({ findings }) => findings)).to.deep.equal([])
    expect([made.safe, made.review, report.patch.text]).to.deep.equal([[], [], ''])
  })

  it('in a monorepo may belong to another app', async () => {
    const files = { 'a/app.js': 'bad() // koa-shared-session-ignore MEM01 -- x\n', 'b/app.js': 'good()\n' }
    const app = (dir: string, found: ReturnType<Rule['find']>) => {
      const made = judged([ruleOf('MEM01', 'm', 'state', found)])
      return { ...made, facts: { ...made.facts, app: { ...made.facts.app, dir } } }
    }
    const found = [foundAt(placeOf(files, 'a/app.js', 'bad()'))]
    const { report } = await planOf(files, [app('a', found), app('b', [])])
    expect(report.apps.map(({ findings }) => findings.map(({ id }) => id))).to.deep.equal([['MEM01'], []])
    const other = await planOf(files, [app('b', [])], { oneOfSeveral: true })
    expect(ids(other.report)).to.deep.equal([])
  })
})

describe('the baseline', () => {
  it('accepts by rule and fingerprint; entries that match nothing are told', async () => {
    const { files, app } = badApp('bad()\n')
    const print = findingsOf((await planOf(files, [app])).report)[0]?.fingerprint ?? ''
    const entry = { rule: 'MEM01', file: 'app.js', fingerprint: print, reason: 'known', added: '2026-01-01' }
    const gone = { ...entry, fingerprint: '0000000000000000' }
    const notRun = { ...gone, rule: 'SEC01' }
    const { report } = await planOf(files, [app], { baseline: { file: 'b.json', entries: [entry, gone, notRun] } })
    expect(findingsOf(report)[0]?.suppressed).to.deep.equal({ by: 'baseline', reason: 'known' })
    expect(report.baseline).to.deep.equal({ file: 'b.json', stale: [gone] })
  })
})

describe('changes', () => {
  it('are safe, or safe and to review', async () => {
    const { edits, report } = await planOf(shopFiles, [shop()])
    expect(edits.safe.map(({ text }) => text)).to.deep.equal([''])
    expect(edits.review.map(({ file }) => file)).to.have.members(['src/app.js', 'src/app.js', '.env.example'])
    expect(report.patch.text)
      .to.include('+SESSION_SECRET=')
      .and.include('+app.use(session({ store: new Map() }, app));')
  })

  it('of the session as a whole win over those of its options', async () => {
    const call = placeOf(shopFiles, 'src/app.js', 'session({ store: new Map(), httpOnly: false }, app)')
    const whole = { grade: 'review', edits: [{ ...spot(call), text: 'sharedSession()' }] } as const
    const app = shop()
    const rule = ruleOf('STO01', 'store-memory-default', 'store', [foundAt(call, { fix: whole })])
    const { edits, report } = await planOf(shopFiles, [
      { ...app, results: [...app.results, { rule, found: rule.find(app.facts, app.topology) }] },
    ])
    expect(edits.safe).to.have.length(1)
    expect(edits.review.map(({ text }) => text))
      .to.include('sharedSession()')
      .and.not.include('')
    expect(report.patch.postponed).to.deep.equal([{ id: 'CKE01', file: 'src/app.js', line: 4 }])
  })

  it('that would show a secret are not shown, but made', async () => {
    const files = { 'app.js': "const a = 1\napp.keys = ['correct-horse-battery']\nbad()\n" }
    const literal = placeOf(files, 'app.js', "'correct-horse-battery'")
    const fix = (place: { file: string; start: number; end: number }) =>
      ({ grade: 'safe', edits: [{ ...spot(place), text: 'x' }] }) as const
    const rules = [
      ruleOf('SEC02', 's', 'secret', [foundAt(literal, { fix: fix(literal) })]),
      ruleOf('MEM01', 'm', 'state', [
        foundAt(placeOf(files, 'app.js', 'const a'), { fix: fix(placeOf(files, 'app.js', 'const a')) }),
      ]),
    ]
    const { report, edits } = await planOf(files, [
      judged(rules, { secrets: [secretFact(literal, { value: 'correct-horse-battery' })] }),
    ])
    expect(
      findingsOf(report).map(({ fix: { withheld, diff, changes } }) => [withheld, diff, changes.length]),
    ).to.deep.equal([
      [true, '', 0],
      [true, '', 0],
    ])
    expect(report.patch).to.deep.equal({ text: '', withheld: ['app.js'], postponed: [] })
    expect(edits.safe).to.have.length(2)
  })

  it('near a secret are shown with fewer lines around', async () => {
    const files = { 'app.js': "app.keys = ['correct-horse-battery']\na()\nbad()\nb()\n" }
    const place = placeOf(files, 'app.js', 'bad()')
    const rule = ruleOf('MEM01', 'm', 'state', [
      foundAt(place, { fix: { grade: 'safe', edits: [{ ...spot(place), text: 'good()' }] } }),
    ])
    const secrets = [secretFact(placeOf(files, 'app.js', 'correct'), { value: 'correct-horse-battery' })]
    const { report } = await planOf(files, [judged([rule], { secrets })])
    expect(report.patch.text).to.equal('--- a/app.js\n+++ b/app.js\n@@ -2,3 +2,3 @@\n a()\n-bad()\n+good()\n b()\n')
  })
})

describe('the facts in the report', () => {
  it('are those of DESIGN 7', async () => {
    const place = placeOf(shopFiles, 'src/app.js', 'session(')
    const app = judged([], { sessions: [sessionFact(place)], secrets: [secretFact(place, { kind: 'random' })] })
    const { apps } = (await planOf(shopFiles, [app], planOptions)).report
    expect(apps[0]).to.deep.include({
      session: [{ library: 'koa-session', file: 'src/app.js', line: 4 }],
      store: { kind: 'memory', shared: false, evidence: [{ file: 'src/app.js', line: 4 }] },
      secret: [{ kind: 'random', when: 'any', file: 'src/app.js', line: 4 }],
      cookie: { httpOnly: { value: false, file: 'src/app.js', line: 4 } },
      proxy: { trusted: false, evidence: [] },
      target: { workers: 4, hosts: 1, store: 'file' },
    })
  })
})

function spot({ file, start, end }: { file: string; start: number; end: number }) {
  return { file, start, end }
}
