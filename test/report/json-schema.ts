import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { projectRoot } from '../project.js'

const schema: object = JSON.parse(readFileSync(join(projectRoot, 'schema/migrate-v1.json'), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, formats: { uri: /^https:\/\// } })
const validate = ajv.compile(schema)

/** What is wrong with a report; nothing for one that the published schema describes. */
export function jsonFaults(report: unknown): readonly unknown[] {
  return validate(report) ? [] : (validate.errors ?? ['invalid'])
}
