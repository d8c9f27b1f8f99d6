import type { Edit } from '../edit.js'
import { lineCuts, type Span } from './line-cuts.js'
import type { Module, Modules } from './modules.js'
import { isQuiet, isQuietModule } from './purity.js'
import type { Binding } from './scope.js'
import { child, children, dotted, findAll, isInside, mentionsOf, type Node, statementAround } from './syntax.js'

/** What a change takes out of a file. */
export interface Taken {
  readonly module: Module
  /** Parts that are replaced. */
  readonly gone: readonly Node[]
  /** Parts of them that the new text holds word for word. */
  readonly kept: readonly Node[]
  /** Names that the new text uses besides. */
  readonly names?: ReadonlySet<string>
}

/** What nothing uses any more: the edits that take it out, and the names. */
export interface Leftovers {
  readonly edits: readonly Edit[]
  /** Packages and files that this file no longer loads. */
  readonly unloaded: readonly string[]
}

/** The declarations that only the taken parts used, and those that only these used. Nothing that does more than declare. */
export function leftoversOf(modules: Modules, taken: Taken): Leftovers {
  const dropped = new Set<Binding>()
  for (let found = unused(modules, taken, dropped); found.length > 0; found = unused(modules, taken, dropped))
    for (const binding of found) dropped.add(binding)
  for (const sibling of idleSiblings(taken.module, dropped)) dropped.add(sibling)
  const pieces = [...dropped].map(pieceOf)
  const owners = new Map<Node, Node[]>()
  for (const piece of pieces) owners.set(piece.owner, [...(owners.get(piece.owner) ?? []), piece.item])
  const statements: Node[] = []
  const spans: Span[] = []
  const whole: Node[] = [...taken.gone]
  for (const [owner, items] of settled(owners)) {
    const goes = items.length >= listOf(owner).length
    whole.push(...(goes ? [owner] : items))
    if (goes) statements.push(owner)
    else spans.push(...itemCuts(taken.module, owner, items))
  }
  const { file } = taken.module
  const cuts = [...lineCuts(taken.module.text, statements), ...spans]
  return {
    edits: cuts.map(({ start, end }) => ({ file, start, end, text: '' })),
    unloaded: whole.flatMap((node) => loadedIn(node, taken.kept)),
  }
}

function unused(modules: Modules, taken: Taken, dropped: ReadonlySet<Binding>): Binding[] {
  const { module, gone, kept } = taken
  const areas = [...gone, ...[...dropped].map((binding) => areaOf(binding, dropped))]
  const isGone = (node: Node) =>
    areas.some((area) => isInside(node, area)) && !kept.some((part) => isInside(node, part))
  const found = new Set<Binding>()
  for (const node of findAll(module.program, 'Identifier')) {
    if (!isGone(node)) continue
    const binding = module.scopes.lookup(node)
    if (binding !== undefined && !dropped.has(binding) && !found.has(binding) && isForgotten(binding))
      found.add(binding)
  }
  return [...found]

  function isForgotten(binding: Binding): boolean {
    if (taken.names?.has(binding.name)) return false
    const uses = mentionsOf(module.program, binding.name).filter((each) => module.scopes.lookup(each) === binding)
    return uses.every((use) => isGone(use) || isInside(use, binding.declaration)) && mayGo(binding, module, modules)
  }
}

/** Whether the declaration only declares, and nobody outside of the file can ask for it. */
function mayGo(binding: Binding, module: Module, modules: Modules): boolean {
  const { declaration, kind, from } = binding
  if (from !== undefined) return isQuietModule(from.module, module, modules)
  if (/^Export/.test(statementAround(declaration).parent?.type ?? '')) return false
  if (kind === 'function') return declaration.type === 'FunctionDeclaration'
  if (kind === 'class') return true
  return (
    kind === 'variable' &&
    declaration.type === 'VariableDeclarator' &&
    !hasRest(declaration) &&
    /^(Program|BlockStatement)$/.test(declaration.parent?.parent?.type ?? '') &&
    isQuiet(child(declaration, 'init'), module, modules)
  )
}

/** What goes with the name: its property where others of the pattern stay, and the declaration with the last of them. */
function areaOf(binding: Binding, dropped: ReadonlySet<Binding>): Node {
  const { item, owner } = pieceOf(binding)
  if (owner.type !== 'ObjectPattern') return binding.declaration
  const going = [...dropped].filter(({ declaration }) => declaration === binding.declaration)
  return going.length < listOf(owner).length ? item : binding.declaration
}

/** Whether the declaration has a `...rest`, which would hold what has no name of its own any more. */
const hasRest = (declaration: Node) =>
  children(child(declaration, 'id'), 'properties').some(({ type }) => type === 'RestElement')

/** The smallest part that declares the name, and what lists it. */
function pieceOf({ declaration, name, from }: Binding): { readonly item: Node; readonly owner: Node } {
  if (from !== undefined && declaration.type !== 'TSImportEqualsDeclaration')
    return { item: declaration, owner: declaration.parent as Node }
  if (declaration.type !== 'VariableDeclarator') return { item: declaration, owner: declaration }
  const pattern = child(declaration, 'id')
  const property = children(pattern, 'properties').find((each) => child(each, 'value')?.name === name)
  if (pattern !== undefined && property !== undefined) return { item: property, owner: pattern }
  return { item: declaration, owner: declaration.parent as Node }
}

/** A pattern without properties is a declarator to drop; a declaration without declarators a statement. */
function settled(owners: ReadonlyMap<Node, readonly Node[]>): ReadonlyMap<Node, readonly Node[]> {
  const found = new Map(owners)
  for (const [owner, items] of owners) {
    if (owner.type !== 'ObjectPattern' || items.length < listOf(owner).length) continue
    const declarator = owner.parent as Node
    const declaration = declarator.parent as Node
    found.delete(owner)
    found.set(declaration, [...(found.get(declaration) ?? []), declarator])
  }
  return found
}

function listOf(owner: Node): readonly Node[] {
  const lists = ['specifiers', 'declarations', 'properties'].map((field) => children(owner, field))
  return lists.find((list) => list.length > 0) ?? [owner]
}

/** The commas go along with what they part; `import a, { b }` loses its braces when all in them go. */
function itemCuts(module: Module, owner: Node, items: readonly Node[]): Span[] {
  const list = listOf(owner)
  const named = list.filter(({ type }) => type === 'ImportSpecifier')
  const [first] = list
  if (
    owner.type === 'ImportDeclaration' &&
    first !== undefined &&
    first.type !== 'ImportSpecifier' &&
    named.length > 0
  ) {
    if (items.includes(first)) {
      const brace = module.text.indexOf('{', first.end)
      return [{ start: first.start, end: brace }, ...listCuts(named, items)]
    }
    if (named.every((each) => items.includes(each)))
      return [{ start: first.end, end: module.text.indexOf('}', named.at(-1)?.end) + 1 }]
    return listCuts(named, items)
  }
  return listCuts(list, items)
}

function listCuts(list: readonly Node[], items: readonly Node[]): Span[] {
  const stays = list.filter((each) => !items.includes(each))
  return list.flatMap((each, index) => {
    if (!items.includes(each)) return []
    const next = list[index + 1]
    const isAfterAll = stays.every(({ start }) => start < each.start)
    return [
      isAfterAll
        ? { start: list[index - 1]?.end ?? each.start, end: each.end }
        : { start: each.start, end: next?.start ?? each.end },
    ]
  })
}

/** What the part loads: `import … from`, `require(…)`. */
function loadedIn(part: Node, kept: readonly Node[]): string[] {
  const source = part.type === 'ImportDeclaration' ? child(part, 'source') : undefined
  const reference = child(child(part, 'moduleReference'), 'expression')
  const required = findAll(part, 'CallExpression')
    .filter((call) => dotted(child(call, 'callee')) === 'require' && !kept.some((each) => isInside(call, each)))
    .map((call) => children(call, 'arguments')[0])
  return [source, reference, ...required].flatMap((node) => (typeof node?.value === 'string' ? [node.value] : []))
}

/** What stands in an import of which something goes, and was not used before either. */
function idleSiblings(module: Module, dropped: ReadonlySet<Binding>): Binding[] {
  const imports = new Set(
    [...dropped].filter(({ from }) => from !== undefined).map(({ declaration }) => declaration.parent),
  )
  return [...module.scopes.topLevel.values()].filter(
    (binding) =>
      !dropped.has(binding) &&
      binding.from !== undefined &&
      binding.declaration.type !== 'TSImportEqualsDeclaration' &&
      imports.has(binding.declaration.parent) &&
      mentionsOf(module.program, binding.name).every((each) => isInside(each, binding.declaration)),
  )
}
