import type { Span } from './tree.js'

/** The recipe of a target, a line each; lines joined by a backslash count as one. */
export interface Recipe extends Span {
  readonly target: string
  readonly lines: readonly (Span & { readonly text: string })[]
}

/** The recipes of a Makefile. */
export function readMakefile(text: string): readonly Recipe[] {
  const recipes: { target: string; lines: (Span & { text: string })[]; start: number; end: number }[] = []
  for (const { start, end } of joinedLines(text)) {
    const line = text.slice(start, end)
    const target = /^([A-Za-z0-9_./-]+)(?:[ \t]+[A-Za-z0-9_./-]+)*[ \t]*:(?!=)/.exec(line)?.[1]
    if (target) recipes.push({ target, lines: [], start, end })
    const lead = /^\t[@+-]*[ \t]*/.exec(line)?.[0]
    const recipe = recipes.at(-1)
    if (lead === undefined || !recipe || line.trim() === '') continue
    recipe.lines.push({ text: line.slice(lead.length), start: start + lead.length, end })
    recipe.end = end
  }
  return recipes
}

function* joinedLines(text: string): Generator<Span> {
  let start = 0
  while (start < text.length) {
    let end = lineEnd(text, start)
    while (/\\\r?$/.test(text.slice(start, end)) && end < text.length) end = lineEnd(text, end + 1)
    yield { start, end: text[end - 1] === '\r' ? end - 1 : end }
    start = end + 1
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
