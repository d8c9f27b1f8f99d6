import type { OptionsFact } from '../facts/session.js'
import type { Module } from '../source/modules.js'
import { children, type Node } from '../source/syntax.js'

/** The object literal that a call is given, and how one more option is written into it. */
export function literalOptions(module: Module, call: Node): OptionsFact | undefined {
  const literal = children(call, 'arguments').find((argument) => argument.type === 'ObjectExpression')
  if (literal === undefined) return undefined
  const inner = module.text.slice(literal.start + 1, literal.end - 1)
  return { place: module.at(literal), next: nextIn(module, literal, inner) }
}

/** First of all: on a line of its own where the others are, else beside them. */
function nextIn(module: Module, { start, end }: Node, inner: string): OptionsFact['next'] {
  const at = (from: number, to = from) => module.at({ start: from, end: to })
  if (inner.trim() === '') return { place: at(start + 1, end - 1), before: ' ', after: ' ' }
  const [gap = '', lineEnd] = /^\s*?(\r?\n)?[ \t]*(?=\S)/.exec(inner) ?? []
  const after = lineEnd === undefined ? ', ' : `,${lineEnd}${/[ \t]*$/.exec(gap)?.[0] ?? ''}`
  return { place: at(start + 1 + gap.length), before: '', after }
}
