import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import type { Report } from '../../lib/audit/report.js'
import { json } from '../../lib/report/json.js'
import { planOf } from '../audit/made-up-app.js'
import { projectRoot } from '../project.js'
import { everything } from './everything.js'

const schema: object = JSON.parse(readFileSync(join(projectRoot, 'schema/migrate-v1.json'), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, formats: { uri: /^https:\/\// } })
const validate = ajv.compile(schema)

function faults(report: Report): unknown {
  return validate(JSON.parse(json(report))) ? [] : validate.errors
}

describe('json', () => {
  it('is what the published schema says, with everything in it', async () => {
    expect(faults(await everything())).to.deep.equal([])
  })

  it('is what the schema says where no app is', async () => {
    const { report } = await planOf({}, [])
    expect(faults(report)).to.deep.equal([])
    expect(JSON.parse(json(report))).to.have.deep.property('apps', [])
  })

  it('has nothing that the schema does not know', async () => {
    const report = await everything()
    expect(validate({ ...report, more: 1 })).to.equal(false)
  })
})
