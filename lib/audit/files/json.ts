import type { Node, ParseError } from 'jsonc-parser'
import { type Parsed, scalar, type Tree } from './tree.js'

/** A JSON file; comments and trailing commas are read too, since PM2 and editors allow them. */
export async function readJson(text: string): Promise<Parsed<Tree>> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser')
  // A byte order mark is no JSON, and offsets must stay those of the file.
  const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
  const errors: ParseError[] = []
  const root = withinStack(() => parseTree(body, errors, { allowTrailingComma: true }))
  // PM2 reads its files as JavaScript, where `\.` is a dot.
  const [first] = errors.filter(({ error }) => printParseErrorCode(error) !== 'InvalidEscapeCharacter')
  if (first) return { problem: `JSON: ${printParseErrorCode(first.error)} at offset ${first.offset}` }
  const tree = root && withinStack(() => treeOf(root))
  if (root === null || tree === null) return { problem: 'JSON: it is nested too deeply' }
  return tree ? { value: tree } : { problem: 'JSON: the file is empty' }
}

/** What the work answers; null where it nests deeper than the stack. */
function withinStack<Answer>(work: () => Answer): Answer | null {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function treeOf(node: Node): Tree {
  const span = { start: node.offset, end: node.offset + node.length }
  const children = node.children ?? []
  if (node.type === 'array') return { kind: 'list', items: children.map(treeOf), ...span }
  if (node.type !== 'object') return scalar(node.value as string | number | boolean | null, span)
  const entries = children.flatMap((property) => {
    const [key, value] = property.children ?? []
    if (!key || !value) return []
    return [{ key: String(key.value), value: treeOf(value), start: key.offset, end: value.offset + value.length }]
  })
  return { kind: 'map', entries, ...span }
}
