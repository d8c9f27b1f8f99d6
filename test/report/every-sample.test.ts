import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { audit } from '../../lib/audit/audit.js'
import type { Edit, Sample } from '../../lib/audit/finding.js'
import type { Plan } from '../../lib/audit/plan.js'
import { rules } from '../../lib/audit/rules/index.js'
import { changesOf } from '../../lib/audit/unified-diff.js'
import { isSound } from '../../lib/cli/migrate/sound-text.js'
import { formatNames } from '../../lib/report/format-names.js'
import { print } from '../../lib/report/print.js'
import { plainText } from '../../lib/report/text.js'
import { usual } from '../audit/audited.js'
import { type Files, projectOf } from '../audit/made-up-app.js'
import { directoryOf } from '../cli/migrate-world.js'
import { jsonFaults } from './json-schema.js'
import { sarifFaults } from './sarif-schema.js'

const samples: readonly Sample[] = rules.flatMap(({ id, samples: { bad, good } }) =>
  [...bad, ...good].map(({ name, files }) => ({ name: `${id}: ${name}`, files })),
)

function auditOf(files: Files): Promise<Plan> {
  return audit(projectOf(files), usual)
}

/** The files after the edits; each that changed must still parse. */
async function after(files: Files, edits: readonly Edit[]): Promise<Files> {
  const changes = changesOf(edits, (file) => files[file])
  for (const change of changes)
    expect(await isSound(change.file, change.after, change.before), `${change.file}:\n${change.after}`).to.equal(true)
  return { ...files, ...Object.fromEntries(changes.map((change) => [change.file, change.after])) }
}

describe('the samples of all rules', () => {
  for (const { name, files } of samples) {
    it(`${name}: every format is valid, and the same twice`, async () => {
      const [{ report }, { report: again }] = [await auditOf(files), await auditOf(files)]
      expect(again).to.deep.equal(report)
      expect(jsonFaults(report)).to.deep.equal([])
      const options = { ...plainText, prefix: '' }
      for (const format of formatNames) {
        const text = await print(report, format, options)
        if (format === 'sarif') expect(sarifFaults(JSON.parse(text))).to.deep.equal([])
      }
    })

    it(`${name}: git apply takes the patch, which makes what --write --unsafe makes`, async () => {
      const { report, edits } = await auditOf(files)
      if (report.patch.text === '' || report.patch.withheld.length > 0) return
      const root = directoryOf(files)
      execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: report.patch.text })
      for (const [file, text] of Object.entries(await after(files, edits.review)))
        expect(readFileSync(join(root, file), 'utf8'), file).to.equal(text)
    })

    for (const which of ['safe', 'review'] as const)
      it(`${name}: after all ${which} changes nothing is left to change`, async () => {
        let state = files
        let plan = await auditOf(state)
        for (let round = 0; round < 6 && plan.edits[which].length > 0; round++) {
          state = await after(state, plan.edits[which])
          plan = await auditOf(state)
        }
        expect(plan.edits[which]).to.deep.equal([])
      })
  }
})
