import { expect } from 'chai'
import { json } from '../../lib/report/json.js'
import { planOf } from '../audit/made-up-app.js'
import { everything } from './everything.js'
import { jsonFaults } from './json-schema.js'

describe('json', () => {
  it('is what the published schema says, with everything in it', async () => {
    expect(jsonFaults(JSON.parse(json(await everything())))).to.deep.equal([])
  })

  it('is what the schema says where no app is', async () => {
    const { report } = await planOf({}, [])
    expect(jsonFaults(JSON.parse(json(report)))).to.deep.equal([])
    expect(JSON.parse(json(report))).to.have.deep.property('apps', [])
  })

  it('has nothing that the schema does not know', async () => {
    const report = await everything()
    expect(jsonFaults({ ...report, more: 1 })).not.to.deep.equal([])
  })
})
