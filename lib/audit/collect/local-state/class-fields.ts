import type { Module } from '../../source/modules.js'
import {
  above,
  child,
  children,
  dotted,
  findAll,
  functionAround,
  keyName,
  memberName,
  type Node,
} from '../../source/syntax.js'
import type { CodeScope } from '../code-scope.js'
import { callsTo } from '../module-index.js'

/** A field of a class, with what it begins as. */
export interface ClassField {
  readonly name: string
  /** The field, or the assignment in the constructor. */
  readonly node: Node
  readonly value: Node
  readonly references: readonly { readonly node: Node; readonly module: Module }[]
}

/** `this.tokens = {}` of a service that a module makes once, as it is loaded: `module.exports = new AuthService()`. */
export function fieldsOfSingletons(scope: CodeScope, module: Module): ClassField[] {
  return findAll(module.program, 'ClassBody').flatMap((body) => {
    const name = dotted(child(body.parent, 'id'))
    const given = [...declared(body), ...constructed(body)]
    if (name === undefined || given.length === 0 || !isMadeOnce(scope, name)) return []
    return given.map((field) => ({ ...field, references: usesIn(body, module, field) }))
  })
}

type Given = Omit<ClassField, 'references'>

/** `tokens = new Map()`. */
function declared(body: Node): Given[] {
  return children(body, 'body').flatMap((node) => {
    const [name, value] = [keyName(node), child(node, 'value')]
    return /^(PropertyDefinition|ClassProperty)$/.test(node.type) && name !== undefined && value && node.static !== true
      ? [{ name, node, value }]
      : []
  })
}

function constructed(body: Node): Given[] {
  const maker = children(body, 'body').find(({ kind }) => kind === 'constructor')
  if (maker === undefined) return []
  return findAll(maker, 'AssignmentExpression').flatMap((node) => {
    const [target, value] = [child(node, 'left'), child(node, 'right')]
    const name = target && ofThis(target) ? memberName(target) : undefined
    return name !== undefined && value ? [{ name, node, value }] : []
  })
}

const ofThis = (node: Node) =>
  node.type === 'MemberExpression' && node.computed !== true && child(node, 'object')?.type === 'ThisExpression'

function usesIn(body: Node, module: Module, { name, node }: Given): ClassField['references'] {
  return findAll(body, 'MemberExpression')
    .filter((each) => ofThis(each) && memberName(each) === name && each !== child(node, 'left'))
    .filter((each) => above(each, 'ClassBody') === body)
    .map((each) => ({ node: each, module }))
}

/** Made while a module is loaded, and nowhere in a function: all requests of the process share it. */
function isMadeOnce(scope: CodeScope, name: string): boolean {
  const files = makersOf(scope).get(name) ?? []
  const made = files.flatMap((file) => {
    const module = scope.modules.get(file)
    return module ? callsTo(module, name).filter((node) => isNew(node, name)) : []
  })
  return made.length > 0 && made.every((node) => functionAround(node) === undefined)
}

const isNew = (node: Node, name: string) => node.type === 'NewExpression' && dotted(child(node, 'callee')) === name

const makers = new WeakMap<CodeScope, ReadonlyMap<string, readonly string[]>>()

/** The server's files by the names that follow a `new` in their text: looking through all of them for each class costs too much. */
function makersOf(scope: CodeScope): ReadonlyMap<string, readonly string[]> {
  const known = makers.get(scope) ?? filesByMade(scope)
  makers.set(scope, known)
  return known
}

function filesByMade({ server, modules }: CodeScope): Map<string, string[]> {
  const files = new Map<string, string[]>()
  for (const file of server) {
    const text = modules.project.text(file) ?? ''
    for (const name of new Set(Array.from(text.matchAll(/\bnew\s+([\w$\u0080-\uffff]+)/g), ([, name = '']) => name)))
      files.set(name, [...(files.get(name) ?? []), file])
  }
  return files
}
