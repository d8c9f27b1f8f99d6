import { keyWeakness } from '../../core/key-strength.js'
import { type Assignment, assignmentsIn } from './env-text.js'

const newest = 'SECRET_KEY'
const older = 'SECRET_KEY_FALLBACKS'
const mark = '\uFEFF'

/** The text with a new key, and what became of the keys before. */
export interface Rotation {
  readonly text: string
  /** Keys that go on verifying. */
  readonly kept: number
  /** Keys that were thrown away, since production does not start with them. */
  readonly dropped: number
}

/**
 * Puts a new secret key into the text of an env file and moves the one before to the older ones; all else stays as it is,
 * byte for byte. Undefined where no key is set.
 */
export function rotate(text: string, key: string): Rotation | undefined {
  // What some editors of Windows put before UTF-8; it is no part of the first name.
  if (!text.startsWith(mark)) return rotated(text, key)
  const rotation = rotated(text.slice(mark.length), key)
  return rotation && { ...rotation, text: mark + rotation.text }
}

function rotated(text: string, key: string): Rotation | undefined {
  const assignments = assignmentsIn(text)
  // Of several the last one counts.
  const current = assignments.findLast(({ name, value }) => name === newest && value !== '')
  if (!current) return undefined
  const fallbacks = assignments.findLast(({ name }) => name === older)
  const before = [current.value, ...(fallbacks?.value.split(',') ?? [])].map((each) => each.trim()).filter(Boolean)
  const distinct = [...new Set(before)]
  const kept = distinct.filter((each) => keyWeakness(each) === undefined)
  const list = kept.join(',')
  const edits = [{ from: current.from, to: current.to, with: key }, editOf(text, current, fallbacks, list)]
  return { text: apply(text, edits), kept: kept.length, dropped: distinct.length - kept.length }
}

interface Edit {
  from: number
  to: number
  with: string
}

function editOf(text: string, current: Assignment, fallbacks: Assignment | undefined, list: string): Edit {
  // Some programs want a space before a comment.
  if (fallbacks) return { ...fallbacks, with: text[fallbacks.to] === '#' ? `${list} ` : list }
  const at = current.lineEnd
  const lineBreak = /\r\n/.test(at === text.length ? text : text.slice(at, at + 2)) ? '\r\n' : '\n'
  return { from: at, to: at, with: list === '' ? '' : `${lineBreak}${current.lead}${older}=${list}` }
}

function apply(text: string, edits: readonly Edit[]): string {
  const backwards = [...edits].sort((a, b) => b.from - a.from)
  return backwards.reduce((result, edit) => result.slice(0, edit.from) + edit.with + result.slice(edit.to), text)
}
