import type { Edit } from './finding.js'
import type { Place } from './place.js'

/** What became of a text and the edits that could not be made, each since it overlaps one that was. */
export interface Edited {
  readonly text: string
  readonly postponed: readonly Edit[]
}

/** A fix as one thing: either all of its edits are made, or none. */
export interface FixOf<Owner> {
  readonly owner: Owner
  readonly edits: readonly Edit[]
  /** What must change with it. */
  readonly needs?: readonly Place[] | undefined
}

/** Which fixes can be made together. */
export interface Choice<Owner> {
  readonly chosen: readonly FixOf<Owner>[]
  /** They touch what a chosen one changes; the next run can make them. */
  readonly postponed: readonly FixOf<Owner>[]
}

/**
 * Makes the edits of one file. Of two that overlap the first of the list is made, the other is postponed; equal ones
 * are made once. Line ends of inserted text become those of the file; a byte order mark stays first.
 */
export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  const { kept, postponed } = withoutOverlaps(edits.map((edit) => behindMark(text, edit)))
  const eol = lineEnd(text)
  let result = text
  for (const edit of inOrder(kept).reverse())
    result = result.slice(0, edit.start) + fitted(text, edit, eol) + result.slice(edit.end)
  return { text: result, postponed }
}

/**
 * Chooses fixes that do not touch each other. One whose edits enclose another's, or replace what the other puts
 * something around, wins, since the other's place is gone afterwards; otherwise the earlier of the list.
 */
export function chooseFixes<Owner>(fixes: readonly FixOf<Owner>[]): Choice<Owner> {
  const enclosed = fixes.filter((fix) =>
    fixes.some((other) => other !== fix && (encloses(other, fix) || replacesWrapped(other, fix))),
  )
  const chosen: FixOf<Owner>[] = []
  const postponed: FixOf<Owner>[] = [...enclosed]
  for (const fix of fixes.filter((one) => !enclosed.includes(one)))
    if (chosen.some((other) => collide(other, fix))) postponed.push(fix)
    else chosen.push(fix)
  return { chosen, postponed }
}

/** Without those that need a change which is not among the edits. */
export function withWhatTheyNeed<Owner>(fixes: readonly FixOf<Owner>[], edits: readonly Edit[]): FixOf<Owner>[] {
  const changes = (place: Place) =>
    edits.some(({ file, start, end }) => file === place.file && start <= place.end && place.start <= end)
  return fixes.filter(({ needs = [] }) => needs.every(changes))
}

/** The edits of several fixes, each once. */
export function editsOf(fixes: readonly FixOf<unknown>[]): readonly Edit[] {
  const edits = fixes.flatMap((fix) => fix.edits)
  return edits.filter((edit, index) => edits.findIndex((other) => isSame(other, edit)) === index)
}

/** The edits by file. Files are sorted. */
export function byFile(edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  const files = [...new Set(edits.map((edit) => edit.file))].sort()
  return new Map(files.map((file) => [file, edits.filter((edit) => edit.file === file)]))
}

/** The line end that most lines of the text have; `\n` for a text of one line. */
export function lineEnd(text: string): '\n' | '\r\n' {
  const all = text.match(/\n/g)?.length ?? 0
  const windows = text.match(/\r\n/g)?.length ?? 0
  return windows * 2 > all ? '\r\n' : '\n'
}

function withoutOverlaps(edits: readonly Edit[]): { kept: Edit[]; postponed: Edit[] } {
  const kept: Edit[] = []
  const postponed: Edit[] = []
  for (const edit of edits) {
    if (kept.some((other) => isSame(other, edit))) continue
    if (kept.some((other) => overlap(other, edit))) postponed.push(edit)
    else kept.push(edit)
  }
  return { kept, postponed }
}

/** By place. Insertions at one place stay in the order of the list, and come before a replacement that starts there. */
function inOrder(edits: readonly Edit[]): Edit[] {
  return edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index)
    .map(({ edit }) => edit)
}

function behindMark(text: string, edit: Edit): Edit {
  if (!text.startsWith('\uFEFF') || edit.start > 0) return edit
  return { ...edit, start: 1, end: Math.max(1, edit.end) }
}

/** Whole lines added after a last line that nobody ended must not become a part of it. */
function fitted(text: string, edit: Edit, eol: string): string {
  const own = edit.text.replace(/\r?\n/g, eol)
  const endsOpen = text !== '' && text !== '\uFEFF' && !text.endsWith('\n')
  const addsLines = edit.start === text.length && own.endsWith(eol) && !own.startsWith(eol)
  return endsOpen && addsLines ? eol + own.slice(0, -eol.length) : own
}

function isSame(a: Edit, b: Edit): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end && a.text === b.text
}

/** Insertions at one place, or beside a replacement, do not overlap. */
function overlap(a: Edit, b: Edit): boolean {
  if (a.file !== b.file) return false
  if (a.start === b.start && a.end === b.end) return a.start !== a.end
  return a.start < b.end && b.start < a.end
}

function collide(a: FixOf<unknown>, b: FixOf<unknown>): boolean {
  return a.edits.some((one) => b.edits.some((other) => overlap(one, other) && !isSame(one, other)))
}

/** Some edit of `inner` lies within a larger one of `outer`. */
function encloses(outer: FixOf<unknown>, inner: FixOf<unknown>): boolean {
  return inner.edits.some((one) => outer.edits.some((other) => overlap(other, one) && isWithin(one, other)))
}

/** `inner` adds something before and after the very text that `outer` replaces: `[` and `]`. */
function replacesWrapped(outer: FixOf<unknown>, inner: FixOf<unknown>): boolean {
  const adds = (file: string, at: number) =>
    inner.edits.some((edit) => edit.file === file && edit.start === at && edit.end === at)
  return outer.edits.some(({ file, start, end }) => start < end && adds(file, start) && adds(file, end))
}

function isWithin(inner: Edit, outer: Edit): boolean {
  return outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start
}
