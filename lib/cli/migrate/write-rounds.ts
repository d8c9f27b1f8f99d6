import type { Edit } from '../../audit/finding.js'
import type { Plan } from '../../audit/plan.js'
import type { Project } from '../../audit/project/project.js'
import { changesOf } from '../../audit/unified-diff.js'
import type { Output } from '../surroundings.js'
import { writeChange } from './write-file.js'

/** A project as it was read, and the plan for it. */
export interface Round {
  readonly project: Project
  readonly plan: Plan
}

/** What the rounds left behind: files that changed, and those that were refused, with the reason. */
interface Outcome {
  readonly written: Set<string>
  readonly refused: Map<string, string>
}

/** Fixes that touch each other need a round each. More rounds than this would mean that two undo each other. */
const mostRounds = 6

/** Makes the changes and audits again, until nothing is left to make. Says what was written. */
export async function writeAll(
  root: string,
  first: Round,
  which: 'safe' | 'unsafe',
  again: (written: ReadonlySet<string>) => Promise<Round>,
  output: Output,
): Promise<Plan> {
  const outcome: Outcome = { written: new Set(), refused: new Map() }
  let round = first
  for (let rounds = 0; rounds < mostRounds; rounds++) {
    const edits = which === 'unsafe' ? round.plan.edits.review : round.plan.edits.safe
    if (!(await writeRound(root, round.project, edits, outcome))) break
    round = await again(outcome.written)
  }
  const files = [...outcome.written].sort()
  output.write(files.length === 0 ? 'Nothing to write.\n' : `Changed ${files.join(', ')}.\n`)
  for (const [file, why] of outcome.refused) output.write(`Left ${file} as it is: ${why}.\n`)
  return round.plan
}

/** Whether anything was written. */
async function writeRound(
  root: string,
  project: Project,
  edits: readonly Edit[],
  { written, refused }: Outcome,
): Promise<boolean> {
  let isWritten = false
  const wanted = edits.filter(({ file }) => !refused.has(file))
  for (const change of changesOf(wanted, project.text)) {
    const why = await writeChange(root, change)
    if (why === undefined) written.add(change.file)
    else refused.set(change.file, why)
    isWritten ||= why === undefined
  }
  return isWritten
}
