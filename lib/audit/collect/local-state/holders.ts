import type { Module } from '../../source/modules.js'
import type { Binding } from '../../source/scope.js'
import {
  above,
  child,
  children,
  dotted,
  findAll,
  isFunction,
  keyName,
  memberName,
  type Node,
  unwrap,
} from '../../source/syntax.js'
import { type CodeScope, isOfServer, modulesWith, type Text } from '../code-scope.js'
import { identifiersOf } from '../module-index.js'
import { fieldsOfSingletons } from './class-fields.js'
import { handlerAround } from './handlers.js'
import { mayHoldState } from './holder-texts.js'

/** A Map, object or list that lives as long as the process. */
export interface Holder {
  readonly name: string
  /** For people: `a Map`, `an object`. */
  readonly sort: string
  readonly module: Module
  /** The declaration. */
  readonly node: Node
  /** Lists and maps inside it, by name: `users` of `{ users: {} }`. */
  readonly parts: readonly string[]
  /** Of the module or the process; false: of a function that makes handlers. */
  readonly topLevel: boolean
  /** Each expression that means it, in any module of the server. */
  readonly references: readonly { readonly node: Node; readonly module: Module }[]
}

const written =
  /\.(set|add|push|unshift|put)\s*\(|\]\s*(\.\w+\s*)*(=[^=]|\+=|\+\+|\|\|=|\?\?=)|\]\.push|\.\w+\s*(=[^=]|\+\+|\+=)/

/** What modules, and functions that run once, keep in variables, in properties of the app and in globals. */
export function holders(scope: CodeScope): Holder[] {
  const textOf = (file: string) => scope.modules.project.text(file) ?? ''
  const mayHold = ({ file, text }: Text) =>
    mayHoldState({ text, importers: () => scope.modules.importersOf(file).map(textOf) })
  return modulesWith(scope, mayHold).flatMap((module) => [
    ...variables(scope, module),
    ...properties(scope, module),
    ...fields(scope, module),
  ])
}

function fields(scope: CodeScope, module: Module): Holder[] {
  return fieldsOfSingletons(scope, module).flatMap(({ name, node, value, references }) => {
    const sort = sortOf(value)
    return sort === undefined ? [] : [{ name, sort, module, node, parts: partsOf(value), topLevel: true, references }]
  })
}

function variables(scope: CodeScope, module: Module): Holder[] {
  return findAll(module.program, 'VariableDeclarator').flatMap((node) => {
    const [id, init] = [child(node, 'id'), child(node, 'init')]
    const sort = init && sortOf(init)
    if (init === undefined || id?.type !== 'Identifier' || sort === undefined || !livesOn(node, module)) return []
    const binding = module.scopes.lookup(id)
    if (binding === undefined) return []
    const inside = referencesTo(binding, module)
    const top = above(node, 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression') === undefined
    const outside = top ? importedElsewhere(scope, binding, module) : []
    if (outside.length === 0 && !written.test(module.text)) return []
    return [
      {
        name: binding.name,
        sort,
        module,
        node,
        parts: partsOf(init),
        topLevel: top,
        references: [...inside, ...outside],
      },
    ]
  })
}

/** Declared in no handler, and in a function only where that function holds handlers of its own. */
function livesOn(node: Node, module: Module): boolean {
  return handlerAround(node, module) === undefined
}

const partsOf = (expression: Node) =>
  children(unwrap(expression), 'properties').flatMap((property) => {
    const [name, value] = [keyName(property), child(property, 'value')]
    return name !== undefined && value !== undefined && sortOf(value) !== undefined ? [name] : []
  })

const classes = /(^|\.)(Map|Set|LRU|LRUCache|QuickLRU|TTLCache|NodeCache|Cache|Array|Object)$/

/** `a Map`, `an object`, `a list`: what the expression makes, where it is something to keep data in. */
export function sortOf(expression: Node): string | undefined {
  const node = unwrap(expression)
  if (node.type === 'ObjectExpression') return holdsFunctions(node) ? undefined : 'an object'
  if (node.type === 'ArrayExpression') return children(node, 'elements').some(isFunction) ? undefined : 'a list'
  const name = dotted(child(node, 'callee'))
  if (name === undefined) return undefined
  if (node.type === 'CallExpression') return ofCall(name, node)
  if (node.type !== 'NewExpression' || !classes.test(name)) return undefined
  const bare = name.split('.').at(-1) ?? name
  return bare === 'Array' ? 'a list' : bare === 'Object' ? 'an object' : `a ${bare}`
}

function ofCall(name: string, node: Node): string | undefined {
  if (name === 'Object.create' && children(node, 'arguments')[0]?.value === null) return 'an object'
  return /^(LRU|lru|lruCache|LRUCache)$/.test(name) ? 'an LRU cache' : undefined
}

/** An object with methods is a module or a service, not a place for data. */
const holdsFunctions = (object: Node) =>
  children(object, 'properties').some((property) => property.method === true || isFunction(child(property, 'value')))

/** Each use of the name in its own module, declarations and property names left out. */
function referencesTo(binding: Binding, module: Module): Holder['references'] {
  return identifiersOf(module, binding.name)
    .filter((node) => isUse(node) && module.scopes.lookup(node) === binding)
    .map((node) => ({ node, module }))
}

function isUse(node: Node): boolean {
  const parent = node.parent
  if (parent === undefined) return false
  if (parent.type === 'VariableDeclarator') return child(parent, 'id') !== node
  if (parent.type === 'MemberExpression') return child(parent, 'property') !== node || parent.computed === true
  if (parent.type === 'Property') return child(parent, 'key') !== node || parent.shorthand === true
  return !/^(Export|Import|PropertyDefinition|ClassProperty|MethodDefinition|LabeledStatement|TS)/.test(parent.type)
}

/** Uses in modules that import it: by its name, or as a property of the whole module. */
function importedElsewhere(scope: CodeScope, binding: Binding, module: Module): Holder['references'] {
  const exported = exportNames(binding, module)
  if (exported.length === 0) return []
  return scope.modules.importersOf(module.file).flatMap((file) => {
    const other = isOfServer(scope, file) ? scope.modules.get(file) : undefined
    return other ? usesOfExport(scope, other, module, exported) : []
  })
}

/** The names by which a module gives a variable away; `*` for the module as a whole. */
function exportNames(binding: Binding, module: Module): string[] {
  const names: string[] = []
  for (const node of identifiersOf(module, binding.name)) {
    if (module.scopes.lookup(node) !== binding) continue
    const parent = node.parent
    if (parent?.type === 'ExportSpecifier') names.push(String(child(parent, 'exported')?.name))
    else if (parent?.type === 'ExportDefaultDeclaration') names.push('default')
    else if (parent?.type === 'VariableDeclarator' && parent.parent?.parent?.type === 'ExportNamedDeclaration')
      names.push(binding.name)
    else if (parent?.type === 'AssignmentExpression') names.push(...assignedTo(dotted(child(parent, 'left'))))
    else if (parent?.type === 'Property' && isExports(parent.parent)) names.push(keyName(parent) ?? binding.name)
  }
  return [...new Set(names)]
}

function assignedTo(target: string | undefined): string[] {
  if (target === 'module.exports') return ['*', 'default']
  const name = /^(?:module\.)?exports\.(\w+)$/.exec(target ?? '')?.[1]
  return name === undefined ? [] : [name]
}

const isExports = (object: Node | undefined) =>
  object?.parent?.type === 'AssignmentExpression' && dotted(child(object.parent, 'left')) === 'module.exports'

function usesOfExport(
  scope: CodeScope,
  other: Module,
  module: Module,
  exported: readonly string[],
): Holder['references'] {
  const found: { node: Node; module: Module }[] = []
  for (const binding of other.scopes.topLevel.values()) {
    const from = importOf(scope, binding, other)
    if (from?.file !== module.file) continue
    const uses = referencesTo(binding, other)
    if (exported.includes(from.name)) found.push(...uses)
    else if (from.name === '*' || from.name === 'default')
      for (const { node } of uses) {
        const member = node.parent
        if (member?.type === 'MemberExpression' && child(member, 'object') === node)
          if (exported.includes(memberName(member) ?? '')) found.push({ node: member, module: other })
      }
  }
  return found
}

/** What a top-level name stands for: an import, or `require` with or without a name picked from it. */
function importOf(
  scope: CodeScope,
  binding: Binding,
  module: Module,
): { readonly file: string; readonly name: string } | undefined {
  if (binding.from) return resolved(scope, module, binding.from.module, binding.from.name)
  const given = binding.given[0]
  if (given === undefined) return undefined
  const value = unwrap(given.value)
  const isMember = value.type === 'MemberExpression'
  const call = isMember ? unwrap(child(value, 'object') ?? value) : value
  if (dotted(child(call, 'callee')) !== 'require') return undefined
  const specifier = children(call, 'arguments')[0]?.value
  const picked = given.path[0]?.name ?? (isMember ? memberName(value) : '*')
  return typeof specifier === 'string' && picked ? resolved(scope, module, specifier, picked) : undefined
}

function resolved(scope: CodeScope, module: Module, specifier: string, name: string) {
  const file = scope.modules.resolve(module.file, specifier)
  return file === undefined ? undefined : { file, name }
}

/** `global.users = {}`, `app.users = []`, `app.context.captcha = {}`. */
function properties(scope: CodeScope, module: Module): Holder[] {
  return module.scopes.memberWrites.flatMap(({ target, value, node }) => {
    const path = /^(?:.*\.)?(global|globalThis|app\w*|server|koa)\.(?:context\.)?(\w+)$/.exec(dotted(target) ?? '')
    const name = path?.[2]
    const sort = sortOf(value)
    if (name === undefined || sort === undefined || !livesOn(node, module)) return []
    if (/^(keys|env|proxy|config|routes?|locals|context|response|request|middleware)$/.test(name)) return []
    return [
      {
        name,
        sort,
        module,
        node,
        parts: partsOf(value),
        topLevel: true,
        references: propertyUses(scope, path?.[1] ?? '', name, target),
      },
    ]
  })
}

function propertyUses(scope: CodeScope, owner: string, name: string, target: Node): Holder['references'] {
  const isGlobal = owner.startsWith('global')
  const owners = isGlobal ? /(^|\.)(global|globalThis)$/ : /(^|\.)(app\w*|server|koa|ctx|context|this)$/
  return modulesWith(scope, new RegExp(`\\b${name}\\b`)).flatMap((module) =>
    findAll(module.program, 'MemberExpression', ...(isGlobal ? ['Identifier'] : []))
      .filter((node) => {
        if (node === target) return false
        if (node.type === 'Identifier')
          return node.name === name && isUse(node) && module.scopes.lookup(node) === undefined
        return memberName(node) === name && owners.test(dotted(child(node, 'object')) ?? '')
      })
      .map((node) => ({ node, module })),
  )
}
