import { chooseFixes, editsOf, type FixOf, withWhatTheyNeed } from './edits.js'
import type { Edit, FixGrade } from './finding.js'
import { HiddenLines } from './hidden-lines.js'
import type { Judgement } from './judged.js'
import type { Mask } from './masking.js'
import { Places } from './place.js'
import type { Project } from './project/project.js'
import type { Change, Finding, Patch } from './report.js'
import { changesOf, type FileChange, type FilePatch, leastContext, patchesOf, unifiedDiff } from './unified-diff.js'

/** Shows changes as diffs, and never one that would show a secret. */
export class FixReports {
  readonly #places = new Map<string, Places>()
  readonly #lines: HiddenLines

  constructor(
    readonly project: Project,
    readonly mask: Mask,
  ) {
    this.#lines = new HiddenLines(project.text, mask)
  }

  /** The change of one finding. */
  async of(judgement: Judgement): Promise<Finding['fix']> {
    const { grade, edits } = judgement.found.fix ?? { grade: 'manual', edits: [] }
    if (grade === 'manual' || edits.length === 0) return { grade, diff: '', withheld: false, changes: [] }
    const diff = await this.#shown(this.#changes(edits))
    if (diff === undefined) return { grade, diff: '', withheld: true, changes: [] }
    return { grade, diff, withheld: false, changes: edits.map((edit) => this.#change(edit)) }
  }

  /** The changes of all findings together, and the edits to make. */
  async together(
    judgements: readonly Judgement[],
  ): Promise<{ patch: Patch; safe: readonly Edit[]; review: readonly Edit[] }> {
    const safe = chooseFixes(fixesOf(judgements, ['safe']))
    const all = chooseFixes(fixesOf(judgements, ['safe', 'review']))
    const { files, kept, withheld } = await this.#shownTogether(all.chosen)
    const later = [...all.postponed, ...all.chosen.filter(({ needs = [] }) => needs.length > 0)]
    const postponed = later
      .filter((fix) => !kept.includes(fix))
      .map(({ owner }) => ({ id: owner.rule.id, ...whereOf(owner) }))
    return {
      patch: { text: [...files.values()].join(''), withheld: [...withheld].sort(), postponed },
      safe: editsOf(safe.chosen),
      review: editsOf(withWhatTheyNeed(all.chosen, editsOf(all.chosen))),
    }
  }

  /** The diff of each file that shows no secret, for the fixes whose whole change does; and those that stay. */
  async #shownTogether(chosen: readonly FixOf<Judgement>[]) {
    const withheld = new Set<string>()
    const shown: FixOf<Judgement>[] = []
    for (const fix of chosen)
      if ((await this.#shown(this.#changes(fix.edits))) !== undefined) shown.push(fix)
      else for (const { file } of fix.edits) withheld.add(file)
    const all = await this.#shownFiles(editsOf(shown))
    const kept = withWhatTheyNeed(
      shown,
      editsOf(shown).filter(({ file }) => all.get(file) !== undefined),
    )
    const files = kept.length === shown.length ? all : await this.#shownFiles(editsOf(kept))
    for (const [file, text] of files) if (text === undefined) withheld.add(file)
    return { files, kept, withheld }
  }

  /** The diff by file; undefined where it would show a secret. */
  async #shownFiles(edits: readonly Edit[]): Promise<ReadonlyMap<string, string | undefined>> {
    const files = new Map<string, string | undefined>()
    for (const change of this.#changes(edits)) files.set(change.file, await this.#shown([change]))
    return files
  }

  /** The diff, with fewer lines around where those would show a secret; undefined where the change itself would. */
  async #shown(changes: readonly FileChange[]): Promise<string | undefined> {
    for (const context of [undefined, leastContext]) {
      const patches = await patchesOf(changes, context)
      const diff = unifiedDiff(patches)
      if (this.mask.isClean(diff) && !patches.some((patch) => this.#showsSecret(patch))) return diff
    }
    return undefined
  }

  /** Whether a line is part of a secret that the diff alone does not tell: the middle of a private key. */
  #showsSecret({ change: { file }, hunks }: FilePatch): boolean {
    return hunks.some(({ oldStart, oldLines }) => this.#lines.hasAny(file, oldStart, oldLines))
  }

  #changes(edits: readonly Edit[]): readonly FileChange[] {
    return changesOf(edits, this.project.text)
  }

  #change({ file, start, end, text }: Edit): Change {
    const places = this.#places.get(file) ?? new Places(file, this.project.text(file) ?? '')
    this.#places.set(file, places)
    const [from, to] = [places.at(start, start), places.at(end, end)]
    return {
      file,
      startLine: from.line,
      startColumn: from.column,
      endLine: to.line,
      endColumn: to.column,
      text,
    }
  }
}

function fixesOf(judgements: readonly Judgement[], grades: readonly FixGrade[]): FixOf<Judgement>[] {
  return judgements.flatMap((owner) => {
    const { fix } = owner.found
    const isAsked = fix && fix.edits.length > 0 && grades.includes(fix.grade)
    return isAsked ? [{ owner, edits: fix.edits, needs: fix.needs }] : []
  })
}

function whereOf({ found }: Judgement): { file: string; line: number } {
  const { file, line } = found.at[0].place
  return { file, line }
}
