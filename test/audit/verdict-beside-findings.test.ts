import { expect } from 'chai'
import type { AppReport } from '../../lib/audit/report.js'
import { rules } from '../../lib/audit/rules/index.js'
import { open, standing } from '../../lib/report/words.js'
import { audited } from './audited.js'

/** Rules whose errors say that a login is lost between processes, or fails. */
const ofLogins = /^(SEC01|SEC05|SEC06|STO0[1-4]|FIL01|CKE03)$/

function contradictions(app: AppReport): string[] {
  const errors = open(app).filter(({ severity }) => severity === 'error')
  const { sessions, app: whole } = app.verdict
  const ids = errors.map(({ id }) => id).join(', ')
  return [
    ...(standing(app) === 'READY' && errors.length > 0 ? [`READY beside ${ids}`] : []),
    ...(sessions === 'ready' && errors.some(({ id }) => ofLogins.test(id)) ? [`sessions are ready beside ${ids}`] : []),
    ...((sessions === 'breaks' || whole === 'breaks') && errors.length === 0 ? ['NOT READY without an error'] : []),
    ...(sessions === 'breaks' && (app.verdict.visibility ?? 1) === 1 ? ['a login is lost, and seen by all'] : []),
    ...(app.verdict.visibility === 0 && standing(app) !== 'NOT READY'
      ? [`no login works, and it is ${standing(app)}`]
      : []),
    ...(sessions === 'ready' && app.store.shared === false ? ['sessions are ready, and the store is not shared'] : []),
  ]
}

describe('the verdict and the findings of one report agree', () => {
  for (const { id, samples } of rules)
    for (const { name, files } of [...samples.bad, ...samples.good])
      for (const workers of [undefined, 4])
        it(`${id}, ${workers ?? 'as deployed'}: ${name}`, async () => {
          const { report } = await audited(files, { workers })
          expect(report.apps.flatMap(contradictions)).to.deep.equal([])
        })
})
