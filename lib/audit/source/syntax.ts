/** A node of an ESTree, as Babel and Acorn make it. Fields are read by name; what they hold is asked, not trusted. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  /** Set after parsing: the node around. */
  parent?: Node
  /** Of the parser; dropped after parsing. */
  loc?: unknown
  /** Set after parsing, at the root: every node, by its type. */
  byType?: ReadonlyMap<string, readonly Node[]>
  readonly [field: string]: unknown
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** The node in this field. */
export function child(node: Node | undefined, field: string): Node | undefined {
  const value = node?.[field]
  return isNode(value) ? value : undefined
}

/** The nodes in this field, holes left out. */
export function children(node: Node | undefined, field: string): Node[] {
  const value = node?.[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

const notSyntax = new Set(
  'type start end parent loc range extra leadingComments trailingComments innerComments tokens comments errors byType'.split(
    ' ',
  ),
)

const nothing: readonly Node[] = []

/** The nodes directly below, in source order of their fields. Not kept: lists of them would weigh as much as the tree. */
export function below(node: Node): readonly Node[] {
  if (node.type === 'Literal' || (node.type === 'Identifier' && !node.typeAnnotation && !node.decorators))
    return nothing
  let found: Node[] | undefined
  // A list of the names would cost as much as the parser does.
  for (const field in node) {
    const value = node[field]
    if (typeof value !== 'object' || value === null || notSyntax.has(field)) continue
    if (Array.isArray(value)) {
      for (const item of value)
        if (isNode(item)) {
          found ??= []
          found.push(item)
        }
    } else if (isNode(value)) {
      found ??= []
      found.push(value)
    }
  }
  return found ?? nothing
}

/** Visits the node and all below it, without recursion: generated code nests deeply. `false` skips what is below. */
export function walk(node: Node, visit: (node: Node) => unknown): void {
  const pending = [node]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (visit(next) === false) continue
    const inside = below(next)
    for (let index = inside.length - 1; index >= 0; index--) pending.push(inside[index] as Node)
  }
}

/** All nodes of these types, the node itself included, in source order. */
export function findAll(node: Node, ...types: string[]): Node[] {
  const byType = treeOf(node).byType
  const found = types.flatMap((type) => within(byType?.get(type) ?? [], node))
  return types.length < 2 ? found : found.sort((a, b) => a.start - b.start || b.end - a.end)
}

/** Those of the list, which is in source order, that lie in the node. */
function within(list: readonly Node[], node: Node): Node[] {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.start ?? 0) < node.start) low = middle + 1
    else high = middle
  }
  const found: Node[] = []
  for (let each = list[low]; each !== undefined && each.start < node.end; each = list[++low])
    if (each.end <= node.end) found.push(each)
  return found
}

function treeOf(node: Node): Node {
  let next = node
  while (next.parent !== undefined) next = next.parent
  return next
}

/** Prepares a tree: every node knows what is above it, and the root where each type is. */
export function adopt(root: Node): void {
  const byType = new Map<string, Node[]>()
  root.byType = byType
  const pending = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    // Offsets are enough: the locations are two thirds of a tree's weight.
    if (node.loc !== undefined) node.loc = undefined
    const list = byType.get(node.type)
    if (list === undefined) byType.set(node.type, [node])
    else list.push(node)
    const inside = below(node)
    for (let index = inside.length - 1; index >= 0; index--) {
      const each = inside[index] as Node
      each.parent = node
      pending.push(each)
    }
  }
  for (const list of byType.values()) list.sort((a, b) => a.start - b.start || b.end - a.end)
}

export const isInside = (node: Node, outer: Node): boolean => node.start >= outer.start && node.end <= outer.end

/** The nearest node above, of these types. */
export function above(node: Node, ...types: string[]): Node | undefined {
  let next = node.parent
  while (next !== undefined && !types.includes(next.type)) next = next.parent
  return next
}

export const functionTypes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']

export const isFunction = (node: Node | undefined): boolean => node !== undefined && functionTypes.includes(node.type)

/** The function that the node is in. */
export const functionAround = (node: Node): Node | undefined => above(node, ...functionTypes)

/** The statement that the node is in. */
export function statementAround(node: Node): Node {
  let next = node
  while (next.parent !== undefined && !/Statement$|Declaration$/.test(next.type)) next = next.parent
  return next
}

/** `app` of `app`, `this.app` of `this.app`; undefined for what is no chain of names. */
export function dotted(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined
  const bare = unwrap(node)
  if (bare.type === 'Identifier') return String(bare.name)
  if (bare.type === 'ThisExpression') return 'this'
  if (bare.type !== 'MemberExpression') return undefined
  const [object, name] = [dotted(child(bare, 'object')), memberName(bare)]
  return object === undefined || name === undefined ? undefined : `${object}.${name}`
}

/** The name after the dot, or the literal in the brackets. */
export function memberName(member: Node): string | undefined {
  const property = child(member, 'property')
  if (property === undefined) return undefined
  if (member.computed !== true) return nameOf(property)
  return property.type === 'Literal' ? String(property.value) : undefined
}

/** The key of a property, method or field, where it is known. */
export function keyName(property: Node): string | undefined {
  const key = child(property, 'key')
  if (key === undefined || (property.computed === true && key.type !== 'Literal')) return undefined
  return key.type === 'Literal' ? String(key.value) : nameOf(key)
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return String(node.name)
  return node.type === 'PrivateIdentifier' ? `#${node.name}` : undefined
}

const wrappers: Readonly<Record<string, string>> = {
  TSAsExpression: 'expression',
  TSSatisfiesExpression: 'expression',
  TSNonNullExpression: 'expression',
  TSTypeAssertion: 'expression',
  TypeCastExpression: 'expression',
  ParenthesizedExpression: 'expression',
  ChainExpression: 'expression',
  AwaitExpression: 'argument',
}

/** The expression without type assertions, parentheses and `await`. */
export function unwrap(node: Node): Node {
  let next = node
  for (let field = wrappers[next.type]; field !== undefined; field = wrappers[next.type]) {
    const inside = child(next, field)
    if (inside === undefined) break
    next = inside
  }
  return next
}

/** What the chain begins with: `require('x')` of `require('x')(options).listen`, `a` of `a.b.c`. */
export function rootOf(callee: Node): Node {
  let next = unwrap(callee)
  for (;;) {
    const inside = next.type === 'MemberExpression' ? child(next, 'object') : undefined
    if (inside === undefined) return next
    next = unwrap(inside)
  }
}

/** Every mention of the name as a variable: not as a property, and not as a key. */
export function mentionsOf(program: Node, name: string): Node[] {
  return findAll(program, 'Identifier', 'JSXIdentifier').filter((node) => node.name === name && isVariable(node))
}

function isVariable(node: Node): boolean {
  const { parent } = node
  if (parent?.type === 'MemberExpression') return parent.computed === true || child(parent, 'object') === node
  const isKey = child(parent, 'key') === node && parent?.computed !== true
  return !isKey || parent?.shorthand === true
}
