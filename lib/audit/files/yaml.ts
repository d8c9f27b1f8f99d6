import type { Alias, Document, Node, Pair } from 'yaml'
import { yaml as parser, type Yaml } from './parsers.js'
import { computed, type Entry, type Parsed, type Span, scalar, type Tree } from './tree.js'

/** How deep values are read. */
const deepest = 40

/** How many values aliases may stand for in one file: more is a file made to blow up. */
const mostAliased = 10_000

/** The documents of a YAML file with merges and aliases resolved. An aliased value stands where its anchor is. */
export function readYaml(text: string): Parsed<readonly Tree[]> {
  const yaml = parser()
  const options = { uniqueKeys: false, logLevel: 'silent', strict: false } as const
  const documents = yaml.parseAllDocuments(text, options)
  if (!Array.isArray(documents)) return { value: [] }
  const trees: Tree[] = []
  const limits: Limits = { aliased: 0, passed: undefined }
  for (const document of documents) {
    const [error] = document.errors
    if (error) return { problem: `YAML: ${firstLine(error.message)}` }
    const tree = treeOf(document.contents, {
      yaml,
      document: document as Document,
      text,
      limits,
      depth: 0,
      aliased: false,
    })
    if (tree) trees.push(tree)
  }
  return limits.passed === undefined ? { value: trees } : { value: trees, leftOut: `YAML: ${limits.passed}` }
}

/** What one file has used of its limits, and which it has passed. */
interface Limits {
  aliased: number
  passed: string | undefined
}

interface Reading {
  readonly yaml: Yaml
  readonly document: Document
  readonly text: string
  readonly limits: Limits
  readonly depth: number
  /** Inside what an alias stands for. */
  readonly aliased: boolean
}

function treeOf(node: unknown, reading: Reading): Tree | undefined {
  const { yaml, document, text, depth } = reading
  if (!yaml.isNode(node) || isBeyond(reading)) return undefined
  const inner = { ...reading, depth: depth + 1 }
  if (yaml.isAlias(node)) return treeOf((node as Alias).resolve(document), { ...inner, aliased: true })
  const span = spanOf(node)
  if (yaml.isMap(node))
    return { kind: 'map', entries: node.items.flatMap((pair) => entriesOfPair(pair, inner)), ...span }
  if (yaml.isSeq(node)) {
    const items = node.items.map((item) => treeOf(item, inner)).filter((item) => item !== undefined)
    return { kind: 'list', items, ...span }
  }
  if (!yaml.isScalar(node)) return undefined
  const { value } = node
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
    return scalar(typeof value === 'number' ? asWritten(value, node.source) : (value as string | boolean | null), span)
  return computed(text.slice(span.start, span.end), span)
}

/** Whether the limits end here; what lies beyond is left out. */
function isBeyond({ limits, depth, aliased }: Reading): boolean {
  if (aliased) limits.aliased += 1
  if (limits.aliased > mostAliased)
    limits.passed ??= `aliases stand for more than ${mostAliased} values; the rest was left out`
  else if (depth > deepest) limits.passed ??= `what is nested deeper than ${deepest} levels was left out`
  return depth > deepest || (aliased && limits.aliased > mostAliased)
}

/** `010` and `6379:22` are texts to the people who write them. */
function asWritten(value: number, source: string | undefined): number | string {
  return source !== undefined && /^\d+(:\d+)+$|^0\d+$/.test(source) ? source : value
}

/** The entries of one pair: several for a merge, and before those that follow so that these hold. */
function entriesOfPair(pair: Pair, reading: Reading): Entry[] {
  const key = reading.yaml.isScalar(pair.key) ? String(pair.key.value) : undefined
  if (key === undefined) return []
  const keySpan = spanOf(pair.key as Node)
  const value = treeOf(pair.value, reading) ?? scalar(null, { start: keySpan.end, end: keySpan.end })
  if (key !== '<<') return [{ key, value, start: keySpan.start, end: Math.max(keySpan.end, value.end) }]
  const merged = value.kind === 'list' ? value.items.toReversed() : [value]
  return merged.flatMap((tree) => (tree.kind === 'map' ? tree.entries : []))
}

function spanOf(node: Node): Span {
  const [start = 0, end = 0] = node.range ?? []
  return { start, end }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? ''
}
