import { expect } from 'chai'
import { liveRules } from '../../../lib/audit/live/rules/index.js'
import { sampleFacts } from '../../../lib/audit/live/sound-set-up.js'

describe('the rules of doctor', () => {
  it('are numbered without a gap', () => {
    expect(liveRules.map(({ id }) => id)).to.deep.equal(
      liveRules.map((_rule, index) => `DOC${String(index + 1).padStart(2, '0')}`),
    )
  })

  it('find nothing in a set-up in which all is well', () => {
    const facts = sampleFacts({ name: 'sound', live: {} })
    expect(liveRules.flatMap((rule) => rule.find(facts))).to.deep.equal([])
  })

  it('pass over what was not looked at', () => {
    const facts = sampleFacts({ name: 'blind', live: { redis: null, directory: null, fleet: null, visit: null } })
    expect(liveRules.flatMap((rule) => rule.find(facts))).to.deep.equal([])
  })

  for (const { id, find, samples } of liveRules) {
    for (const sample of samples.bad)
      it(`${id} finds: ${sample.name}`, () => {
        const found = find(sampleFacts(sample))
        expect(found).to.have.length.above(0)
        for (const { title, why, do: what } of found) {
          expect(title).to.match(/^[^\n]{10,120}$/)
          expect(title).not.to.match(/\.$/)
          expect(`${why} ${what}`).not.to.match(/undefined|null|NaN|\.\. |\.\.$/)
        }
      })
    for (const sample of samples.good)
      it(`${id} does not find: ${sample.name}`, () => {
        expect(find(sampleFacts(sample))).to.deep.equal([])
      })
  }
})
