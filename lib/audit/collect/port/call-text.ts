import type { Module } from '../../source/modules.js'
import type { Node } from '../../source/syntax.js'

/** An option and its expression. */
export type Field = readonly [string, string]

/** Longer lines are broken, an option a line. */
const widest = 100

/** `sharedSession({ … })` as it fits into the place of another call. */
export function callText({ text }: Module, { start, end }: Node, name: string, fields: readonly Field[]): string {
  if (fields.length === 0) return `${name}()`
  const words = fields.map(fieldText)
  const line = `${name}({ ${words.join(', ')} })`
  const from = text.lastIndexOf('\n', start - 1) + 1
  const rest = /^[^\n]*/.exec(text.slice(end))?.[0] ?? ''
  if (start - from + line.length + rest.length <= widest && !line.includes('\n')) return line
  const indent = /^[ \t]*/.exec(text.slice(from))?.[0] ?? ''
  const deeper = indent + unitOf(text)
  return `${name}({\n${words.map((each) => `${deeper}${each},\n`).join('')}${indent}})`
}

/** `{ name }` for a name that stands for itself. */
export const fieldText = ([name, text]: Field): string => (name === text ? name : `${name}: ${text}`)

/** What the file indents by. */
const unitOf = (text: string): string => /\n(\t| {2,8})(?=\S)/.exec(text)?.[1] ?? '  '
