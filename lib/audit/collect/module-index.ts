import type { Module } from '../source/modules.js'
import { child, findAll, memberName, type Node } from '../source/syntax.js'

const known = new WeakMap<Module, readonly Node[]>()

/** The calls and `new` of a module, in source order. Looked for once. */
export function callsOf(module: Module): readonly Node[] {
  const calls = known.get(module) ?? findAll(module.program, 'CallExpression', 'NewExpression')
  known.set(module, calls)
  return calls
}

const named = new WeakMap<Module, ReadonlyMap<string, readonly Node[]>>()

/** The calls of a module by the last name of what is called: `save()`, `orders.save()`. */
export function callsTo(module: Module, name: string): readonly Node[] {
  const byName = named.get(module) ?? index(module)
  named.set(module, byName)
  return byName.get(name) ?? []
}

function index(module: Module): Map<string, Node[]> {
  const byName = new Map<string, Node[]>()
  for (const call of callsOf(module)) {
    const callee = child(call, 'callee')
    const name = callee?.type === 'MemberExpression' ? memberName(callee) : callee?.name
    if (typeof name !== 'string') continue
    const list = byName.get(name)
    if (list === undefined) byName.set(name, [call])
    else list.push(call)
  }
  return byName
}

const identifiers = new WeakMap<Module, ReadonlyMap<string, readonly Node[]>>()

/** The identifiers of a module with this name, declarations and property names included. */
export function identifiersOf(module: Module, name: string): readonly Node[] {
  const byName = identifiers.get(module) ?? identifiersByName(module)
  identifiers.set(module, byName)
  return byName.get(name) ?? []
}

function identifiersByName(module: Module): Map<string, Node[]> {
  const byName = new Map<string, Node[]>()
  for (const node of findAll(module.program, 'Identifier')) {
    const list = byName.get(String(node.name))
    if (list === undefined) byName.set(String(node.name), [node])
    else list.push(node)
  }
  return byName
}
