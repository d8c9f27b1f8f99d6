import { applyEdits, byFile } from './edits.js'
import type { Edit } from './finding.js'

/** A change of one file as text before and after; `before` is undefined for a new file. */
export interface FileChange {
  readonly file: string
  readonly before: string | undefined
  readonly after: string
}

/** Lines around a change, as git shows them; and the fewest with which git still finds the place. */
const usualContext = 3
export const leastContext = 1

/** What the edits make of their files. Files that stay as they are, are left out. */
export function changesOf(edits: readonly Edit[], textOf: (file: string) => string | undefined): readonly FileChange[] {
  return [...byFile(edits)]
    .map(([file, own]) => {
      const before = textOf(file)
      return { file, before, after: applyEdits(before ?? '', own).text }
    })
    .filter(({ before, after }) => before !== after)
}

/** A file's change as the lines that a patch shows. */
export interface FilePatch {
  readonly change: FileChange
  readonly hunks: readonly Hunk[]
}

/** Lines count from 1. */
export interface Hunk {
  readonly oldStart: number
  readonly oldLines: number
  readonly newStart: number
  readonly newLines: number
  readonly lines: readonly string[]
}

/** The changes with lines around them. */
export async function patchesOf(changes: readonly FileChange[], context = usualContext): Promise<readonly FilePatch[]> {
  if (changes.length === 0) return []
  const { structuredPatch } = await import('diff')
  return changes.map((change) => {
    const { file, before = '', after } = change
    return { change, hunks: structuredPatch(file, file, before, after, undefined, undefined, { context }).hunks }
  })
}

/**
 * The patch that `git apply` takes: `a/` and `b/`, new files from `/dev/null`, line ends and a missing last line end as
 * they are in the files. Empty when nothing changes. Lines `diff --git` are left out on purpose: with them git applies
 * nothing, and says nothing, in a directory below the repository's root.
 */
export function unifiedDiff(patches: readonly FilePatch[]): string {
  return patches.map(filePatch).join('')
}

function filePatch({ change: { file, before }, hunks }: FilePatch): string {
  const from = before === undefined ? '--- /dev/null' : `--- ${quoted(`a/${file}`)}`
  const body = hunks.map((hunk) => {
    const [old, made] = [range(hunk.oldStart, hunk.oldLines), range(hunk.newStart, hunk.newLines)]
    return `@@ -${old} +${made} @@\n${hunk.lines.join('\n')}\n`
  })
  return `${from}\n+++ ${quoted(`b/${file}`)}\n${body.join('')}`
}

/** No lines start at line 0: the file is empty there. */
function range(start: number, lines: number): string {
  return lines === 1 ? `${start}` : `${lines === 0 ? 0 : start},${lines}`
}

/** As git writes names: quoted with escapes where they hold control characters, a tab after one with spaces. */
function quoted(name: string): string {
  if (/[\p{Cc}"\\]/u.test(name)) return `"${name.replace(/[\p{Cc}"\\]/gu, escaped)}"`
  return name.includes(' ') ? `${name}\t` : name
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`
}
