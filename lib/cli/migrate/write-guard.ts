import type { Plan } from '../../audit/plan.js'
import { UsageError } from '../usage-error.js'
import { uncommitted } from './git-tree.js'

/**
 * Refuses where git has changes that could not be told from those of `--write`. Answers what refuses a plan that would change
 * a file which git could not give back; other files that git does not know are left alone.
 */
export function guardOf(root: string, which: 'safe' | 'unsafe'): (plan: Plan) => void {
  const tree = uncommitted(root)
  if (tree === undefined) return () => undefined
  refuse(
    tree.changed,
    (files) =>
      `git has uncommitted changes here (${files}). They could not be told from the changes of --write. Commit or stash them`,
  )
  return ({ edits, report }) => {
    const all = [...(which === 'unsafe' ? edits.review : edits.safe), ...report.patch.postponed]
    const files = new Set(all.map(({ file }) => file))
    refuse(
      [...files].filter(tree.isUnknown).sort(),
      (unknown) =>
        `git does not know ${unknown}, and --write would change it. Nothing could bring back what is in it now. Add and commit it`,
    )
  }
}

function refuse(files: readonly string[], why: (named: string) => string): void {
  if (files.length === 0) return
  throw new UsageError(`${why(`${files.slice(0, 5).join(', ')}${files.length > 5 ? ', …' : ''}`)}, or use --force.`)
}
