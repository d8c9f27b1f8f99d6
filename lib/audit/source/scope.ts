import type { Binding, Step } from './binding.js'
import { blockScope, functionScope } from './enclosing-scope.js'
import {
  child,
  children,
  findAll,
  functionTypes,
  isFunction,
  keyName,
  memberName,
  type Node,
  unwrap,
} from './syntax.js'

export type { Binding, Step } from './binding.js'

/** `object.name = value`, or a longer chain. */
export interface MemberWrite {
  readonly target: Node
  readonly value: Node
  readonly node: Node
}

/** A write through a name: `name.a.b = value` has the path `a`, `b`; undefined where the name on the way is computed. */
export interface RootedWrite extends MemberWrite {
  readonly root: Node
  readonly path: readonly (string | undefined)[]
}

/** `name.push(…)`, `hash.update(…)`: what fills the thing of that name. */
export interface Push {
  readonly method: string
  readonly root: Node
  readonly node: Node
}

/** What gives names to things. */
const declaring = [
  ...functionTypes,
  ...'VariableDeclarator ClassDeclaration TSEnumDeclaration ImportDeclaration TSImportEqualsDeclaration'.split(' '),
]

/** The names of one file. */
export class Scopes {
  readonly #scopes = new Map<Node, Map<string, Binding>>()
  readonly memberWrites: MemberWrite[] = []
  readonly #writesByRoot = new Map<string, RootedWrite[]>()
  readonly #pushes = new Map<string, Push[]>()

  constructor(readonly program: Node) {
    for (const node of findAll(program, ...declaring)) this.#declare(node)
    for (const node of findAll(program, 'UnaryExpression')) if (node.operator === 'delete') this.#delete(node)
    for (const node of findAll(program, 'CallExpression')) this.#push(node)
    for (const node of findAll(program, 'AssignmentExpression')) this.#assign(node)
  }

  /** What the name means where this identifier stands; undefined: a global. */
  lookup(identifier: Node, name = String(identifier.name)): Binding | undefined {
    for (let node: Node | undefined = identifier; node !== undefined; node = node.parent) {
      const binding = this.#scopes.get(node)?.get(name)
      if (binding !== undefined) return binding
    }
    return undefined
  }

  /** The names of the whole file. */
  get topLevel(): ReadonlyMap<string, Binding> {
    return this.#scopes.get(this.program) ?? new Map()
  }

  #declare(node: Node): void {
    if (node.type === 'VariableDeclarator') {
      const init = child(node, 'init')
      const scope = node.parent?.kind === 'var' ? functionScope(node) : blockScope(node)
      this.#bind(child(node, 'id'), scope, node, init)
    } else if (isFunction(node)) {
      const id = child(node, 'id')
      if (id && node.type === 'FunctionDeclaration')
        this.#add(String(id.name), 'function', node, blockScope(node), node)
      else if (id) this.#add(String(id.name), 'function', node, node, node)
      for (const parameter of children(node, 'params')) this.#bind(parameter, node, parameter, undefined, 'parameter')
    } else if (node.type === 'ClassDeclaration' || node.type === 'TSEnumDeclaration') {
      const id = child(node, 'id')
      const kind = node.type === 'ClassDeclaration' ? 'class' : 'enum'
      if (id) this.#add(String(id.name), kind, node, blockScope(node), node)
    } else if (node.type === 'ImportDeclaration') this.#import(node)
    else if (node.type === 'TSImportEqualsDeclaration') this.#importEquals(node)
  }

  #import(node: Node): void {
    const module = String(child(node, 'source')?.value)
    for (const specifier of children(node, 'specifiers')) {
      const imported = child(specifier, 'imported')
      const name =
        specifier.type === 'ImportDefaultSpecifier'
          ? 'default'
          : imported
            ? String(imported.name ?? imported.value)
            : '*'
      const local = String(child(specifier, 'local')?.name)
      this.#add(local, 'import', specifier, this.program, undefined, { module, name })
    }
  }

  #importEquals(node: Node): void {
    const module = child(child(node, 'moduleReference'), 'expression')?.value
    const name = child(node, 'id')?.name
    if (typeof module === 'string')
      this.#add(String(name), 'import', node, this.program, undefined, { module, name: '*' })
  }

  #bind(
    pattern: Node | undefined,
    scope: Node,
    declaration: Node,
    value: Node | undefined,
    kind: Binding['kind'] = 'variable',
    path: readonly Step[] = [],
  ): void {
    if (pattern === undefined) return
    if (pattern.type === 'Identifier') {
      const binding = this.#add(String(pattern.name), kind, declaration, scope)
      if (value !== undefined) binding.given.push({ value, path, conditional: false })
    } else if (pattern.type === 'ObjectPattern') {
      for (const property of children(pattern, 'properties')) {
        if (property.type === 'RestElement') this.#bindRest(property, pattern, scope, declaration, value, kind, path)
        else this.#bindProperty(property, scope, declaration, value, kind, path)
      }
    } else if (pattern.type === 'ArrayPattern') {
      const elements = Array.isArray(pattern.elements) ? pattern.elements : []
      for (const [index, element] of elements.entries())
        this.#bind((element as Node | undefined) ?? undefined, scope, declaration, value, kind, [
          ...path,
          { name: String(index) },
        ])
    } else if (pattern.type === 'AssignmentPattern') {
      const fallback = child(pattern, 'right')
      const last = path.at(-1)
      const onward = last && fallback ? [...path.slice(0, -1), { ...last, fallback }] : path
      this.#bind(
        child(pattern, 'left'),
        scope,
        declaration,
        value ?? (path.length === 0 ? fallback : undefined),
        kind,
        onward,
      )
    } else if (pattern.type === 'TSParameterProperty')
      this.#bind(child(pattern, 'parameter'), scope, declaration, value, kind, path)
    else if (pattern.type === 'RestElement')
      this.#bind(child(pattern, 'argument'), scope, declaration, undefined, kind, path)
  }

  #bindRest(
    property: Node,
    pattern: Node,
    scope: Node,
    declaration: Node,
    value: Node | undefined,
    kind: Binding['kind'],
    path: readonly Step[],
  ): void {
    const binding = this.#add(String(child(property, 'argument')?.name), kind, declaration, scope)
    const without = children(pattern, 'properties').flatMap((each) => keyName(each) ?? [])
    if (value !== undefined) binding.given.push({ value, path, conditional: false, without })
  }

  #bindProperty(
    property: Node,
    scope: Node,
    declaration: Node,
    value: Node | undefined,
    kind: Binding['kind'],
    path: readonly Step[],
  ): void {
    const name = keyName(property)
    if (name !== undefined) this.#bind(child(property, 'value'), scope, declaration, value, kind, [...path, { name }])
  }

  #assign(node: Node): void {
    const [left, right] = [child(node, 'left'), child(node, 'right')]
    if (left === undefined || right === undefined) return
    if (left.type === 'MemberExpression') this.#write({ target: left, value: right, node })
    if (left.type !== 'Identifier') return
    const binding = this.lookup(left)
    if (binding !== undefined)
      binding.given.push({ value: right, path: [], conditional: isConditional(node, binding.scope) })
  }

  #write(write: MemberWrite): void {
    this.memberWrites.push(write)
    const rooted = rootOf(write.target)
    if (rooted === undefined) return
    const name = String(rooted.root.name)
    addTo(this.#writesByRoot, name, { ...write, ...rooted })
  }

  /** `delete name.x` leaves it undefined. */
  #delete(node: Node): void {
    const target = child(node, 'argument')
    const rooted = target?.type === 'MemberExpression' ? rootOf(target) : undefined
    if (target === undefined || rooted === undefined) return
    const value: Node = { type: 'Identifier', name: 'undefined', start: node.start, end: node.end, parent: node }
    const name = String(rooted.root.name)
    addTo(this.#writesByRoot, name, { target, value, node, ...rooted })
  }

  #push(node: Node): void {
    const callee = child(node, 'callee')
    const root = child(callee, 'object')
    if (callee?.type !== 'MemberExpression' || root?.type !== 'Identifier') return
    const method = memberName(callee) ?? ''
    if (!/^(push|unshift|splice|update)$/.test(method)) return
    const name = String(root.name)
    addTo(this.#pushes, name, { method, root, node })
  }

  /** What is assigned to fields of this very name: `name.x = …`, `name.x.y = …`. */
  writesTo(name: string): readonly RootedWrite[] {
    return this.#writesByRoot.get(name) ?? []
  }

  pushesTo(name: string): readonly Push[] {
    return this.#pushes.get(name) ?? []
  }

  #add(
    name: string,
    kind: Binding['kind'],
    declaration: Node,
    scope: Node,
    value?: Node,
    from?: Binding['from'],
  ): Binding {
    const names = this.#scopes.get(scope) ?? new Map<string, Binding>()
    this.#scopes.set(scope, names)
    const known = names.get(name)
    if (known !== undefined && known.kind === kind) return known
    const given = value === undefined ? [] : [{ value, path: [], conditional: false }]
    const binding: Binding = { name, kind, declaration, scope, given, ...(from && { from }) }
    names.set(name, binding)
    return binding
  }
}

function addTo<Item>(lists: Map<string, Item[]>, name: string, item: Item): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [item])
  else list.push(item)
}

/** The name at the start of `name.a[b]`, and the way from it. */
function rootOf(target: Node): Pick<RootedWrite, 'root' | 'path'> | undefined {
  const path: (string | undefined)[] = []
  let next = target
  while (next.type === 'MemberExpression') {
    path.unshift(memberName(next))
    const holder = child(next, 'object')
    if (holder === undefined) return undefined
    next = unwrap(holder)
  }
  return next.type === 'Identifier' ? { root: next, path } : undefined
}

/** Whether something between the assignment and the scope decides that it happens at all. */
export function isConditional(node: Node, scope: Node): boolean {
  for (let next = node.parent; next !== undefined && next !== scope; next = next.parent)
    if (
      /^(IfStatement|SwitchCase|CatchClause|ConditionalExpression|LogicalExpression|ForStatement|WhileStatement)$/.test(
        next.type,
      ) ||
      isFunction(next)
    )
      return true
  return false
}
