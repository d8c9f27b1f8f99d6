/** Offsets in UTF-16 units from the start of the file; `end` is not included. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A value of a configuration file that knows where it stands: YAML, JSON, TOML and plain JavaScript give the same tree. */
export type Tree = MapTree | ListTree | ScalarTree | ComputedTree

export interface MapTree extends Span {
  readonly kind: 'map'
  readonly entries: readonly Entry[]
}

/** `start` is the key's, `end` the value's. */
export interface Entry extends Span {
  readonly key: string
  readonly value: Tree
}

export interface ListTree extends Span {
  readonly kind: 'list'
  readonly items: readonly Tree[]
}

export interface ScalarTree extends Span {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
}

/** A value that only a run can tell. */
export interface ComputedTree extends Span {
  readonly kind: 'computed'
  /** As written. */
  readonly text: string
  /** The environment variable that decides. */
  readonly variable: string | undefined
  /** What stands in for an unset variable. */
  readonly fallback: Tree | undefined
  /** The number of processor cores, or one derived from it. */
  readonly cpus: boolean
}

/** The entry at a path of keys; where a key is written twice the later one holds. */
export function entryAt(tree: Tree | undefined, ...path: readonly string[]): Entry | undefined {
  let entry: Entry | undefined
  let at = tree
  for (const key of path) {
    entry = at?.kind === 'map' ? at.entries.findLast((candidate) => candidate.key === key) : undefined
    at = entry?.value
  }
  return entry
}

/** The value at a path of keys. */
export function valueAt(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  return path.length === 0 ? tree : entryAt(tree, ...path)?.value
}

/** A scalar as text; undefined for anything else and for null. */
export function textOf(tree: Tree | undefined): string | undefined {
  if (tree?.kind !== 'scalar' || tree.value === null) return undefined
  return String(tree.value)
}

/** The text at a path of keys. */
export function textAt(tree: Tree | undefined, ...path: readonly string[]): string | undefined {
  return textOf(valueAt(tree, ...path))
}

/** A number, also one written as text. */
export function numberOf(tree: Tree | undefined): number | undefined {
  const text = textOf(tree)?.trim()
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return undefined
  return Number(text)
}

/** A truth value, also one written as text. */
export function truthOf(tree: Tree | undefined): boolean | undefined {
  const text = textOf(tree)?.toLowerCase()
  if (text === 'true' || text === 'yes' || text === 'on') return true
  if (text === 'false' || text === 'no' || text === 'off') return false
  return undefined
}

/** The items of a list; a single value counts as a list of one. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return []
  return tree.kind === 'list' ? tree.items : [tree]
}

/** The entries of a map, the later of two equal keys only. */
export function entriesOf(tree: Tree | undefined): readonly Entry[] {
  if (tree?.kind !== 'map') return []
  return [...new Map(tree.entries.map((entry) => [entry.key, entry])).values()]
}

/** Every map in the tree, outside in. */
export function* mapsIn(tree: Tree | undefined): Generator<MapTree> {
  if (tree?.kind === 'list') for (const item of tree.items) yield* mapsIn(item)
  if (tree?.kind !== 'map') return
  yield tree
  for (const entry of tree.entries) yield* mapsIn(entry.value)
}

export function scalar(value: ScalarTree['value'], span: Span): ScalarTree {
  return { kind: 'scalar', value, start: span.start, end: span.end }
}

export function computed(text: string, span: Span, known: Partial<ComputedTree> = {}): ComputedTree {
  const { variable, fallback, cpus = false } = known
  return { kind: 'computed', text, variable, fallback, cpus, start: span.start, end: span.end }
}

/** A file's tree, with what of it was left out; or why there is none. */
export type Parsed<T> = { readonly value: T; readonly leftOut?: string } | { readonly problem: string }
