import { expect } from 'chai'
import { sarif } from '../../lib/report/sarif.js'
import { planOf, shop, shopFiles } from '../audit/made-up-app.js'
import { everything } from './everything.js'
import { sarifFaults } from './sarif-schema.js'

interface Log {
  runs: { results: Record<string, unknown>[]; tool: { driver: { rules: { id: string }[] } } }[]
}

function parsed(text: string): Log {
  const log: Log = JSON.parse(text)
  expect(sarifFaults(log)).to.deep.equal([])
  return log
}

describe('sarif', () => {
  it('is valid with everything in it', async () => {
    parsed(sarif(await everything()))
  })

  it('is valid where no app is', async () => {
    const { report } = await planOf({}, [])
    expect(parsed(sarif(report)).runs[0]?.results).to.deep.equal([])
  })

  it('would be found out', () => {
    expect(sarifFaults({ version: '2.1.0', runs: [{}] })).not.to.deep.equal([])
  })

  it('names places, rules, fixes, proofs and fingerprints', async () => {
    const { report } = await planOf(shopFiles, [shop()])
    const run = parsed(sarif(report)).runs[0]
    const [first] = run?.results ?? []
    expect(first).to.deep.include({ ruleId: 'SEC01', level: 'error' })
    expect(first).to.have.nested.property('locations[0].physicalLocation.artifactLocation.uri', 'src/app.js')
    expect(first).to.have.nested.property('locations[0].physicalLocation.region.startColumn', 12)
    expect(first).to.have.nested.property('relatedLocations[0].message.text', '4 processes are the target')
    expect(first).to.have.nested.property(
      'fixes[0].artifactChanges[1].replacements[0].insertedContent.text',
      'SESSION_SECRET=\n',
    )
    expect(first?.partialFingerprints).to.deep.equal({ 'kss/v1': report.apps[0]?.findings[0]?.fingerprint })
    expect(run?.tool.driver.rules[Number(first?.ruleIndex)]?.id).to.equal('SEC01')
  })

  it('keeps what is ignored, as suppressed', async () => {
    const { results } = parsed(sarif(await everything())).runs[0] ?? { results: [] }
    const ignored = results.find(({ ruleId }) => ruleId === 'MEM01')
    expect(ignored?.suppressions).to.deep.equal([
      { kind: 'inSource', status: 'accepted', justification: 'counts only' },
    ])
  })

  it('encodes names of files, and names them from the root of the repository', async () => {
    const log = parsed(sarif(await everything(), 'server/'))
    const result = log.runs[0]?.results.find(({ ruleId }) => ruleId === 'DEP01')
    expect(result).to.have.nested.property(
      'locations[0].physicalLocation.artifactLocation.uri',
      'server/src/%3Cb%3Ebold%20%26%20%22quoted%22%20%C3%BCn%C3%AF.js',
    )
  })
})
