import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'

/** The OASIS schema of SARIF 2.1.0, as Microsoft's SDK for SARIF publishes it (MIT). */
const file = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
const { $schema: _draft4, id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8'))

const formats = { uri: /^[a-z][a-z+.-]*:/, 'uri-reference': /^[^\s<>"\\^`{|}]*$/, 'date-time': /^\d{4}-/ }
const validate = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema)

/** What is wrong with a log; nothing for a valid one. */
export function sarifFaults(log: unknown): readonly unknown[] {
  return validate(log) ? [] : (validate.errors ?? ['invalid'])
}
