import { expect } from 'chai'
import { collectFacts } from '../../../lib/audit/collect/collect-facts.js'
import type { Rule, Sample } from '../../../lib/audit/finding.js'
import { rules } from '../../../lib/audit/rules/index.js'
import { topologyOf } from '../../../lib/audit/topology-of.js'
import { memoryProject } from '../memory-project.js'

/** How often the rule finds something in the sample's apps. */
async function foundIn(rule: Rule, sample: Sample): Promise<number> {
  const apps = await collectFacts(memoryProject(sample.files), {
    entry: undefined,
    workspace: undefined,
    progress: undefined,
  })
  expect(apps, 'the sample is an app').to.not.deep.equal([])
  return apps.flatMap((facts) => rule.find(facts, topologyOf(facts, {}))).length
}

describe('every rule', () => {
  for (const rule of rules) {
    for (const sample of rule.samples.bad)
      it(`${rule.id} finds: ${sample.name}`, async () => {
        expect(await foundIn(rule, sample)).to.be.above(0)
      })
    for (const sample of rule.samples.good)
      it(`${rule.id} is silent: ${sample.name}`, async () => {
        expect(await foundIn(rule, sample)).to.equal(0)
      })
  }

  it('has bad and good samples', () => {
    const without = rules.filter(({ samples }) => samples.bad.length === 0 || samples.good.length === 0)
    expect(without.map(({ id }) => id)).to.deep.equal([])
  })
})
