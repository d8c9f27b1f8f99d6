import { type AuditOptions, audit } from '../../lib/audit/audit.js'
import type { Plan } from '../../lib/audit/plan.js'
import type { Finding } from '../../lib/audit/report.js'
import { changesOf } from '../../lib/audit/unified-diff.js'
import { memoryProject } from './memory-project.js'

type Files = Readonly<Record<string, string>>

/** What `migrate` is told where nothing else is said. */
export const usual: AuditOptions = {
  version: '0.1.0',
  entry: undefined,
  workers: undefined,
  hosts: undefined,
  store: undefined,
  envFiles: undefined,
  workspace: undefined,
  minConfidence: 'medium',
  baseline: undefined,
  progress: undefined,
  isWanted: () => true,
}

/** Only the rules whose id it matches. */
export const only = (id: RegExp): Partial<AuditOptions> => ({ isWanted: (rule) => id.test(rule.id) })

/** What `migrate` says of the files. */
export const audited = (files: Files, options: Partial<AuditOptions> = {}): Promise<Plan> =>
  audit(memoryProject(files), { ...usual, ...options })

/** The findings of the first app by these rules. */
export async function findingsIn(files: Files, id: RegExp): Promise<readonly Finding[]> {
  const { report } = await audited(files, only(id))
  return report.apps[0]?.findings ?? []
}

/** The files as `--write`, or `--write --unsafe`, leaves them after one round. */
export function filesAfter(files: Files, { edits }: Plan, which: 'safe' | 'review' = 'review'): Files {
  const changed = changesOf(edits[which], (file) => files[file]).map(({ file, after }) => [file, after])
  return { ...files, ...Object.fromEntries(changed) }
}
