import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import { type Module, requiredModule } from './modules.js'
import { patternFields } from './patterns.js'
import type { Binding } from './scope.js'
import { above, child, children, dotted, findAll, functionTypes, isFunction, type Node } from './syntax.js'
import type { Value } from './value.js'

/** More files than this import what everybody uses: no one call tells what it is given. */
const mostImporters = 12

/** What a parameter is given where its function is called, when all calls that are found are one. */
export function argumentOf(evaluator: Evaluator, binding: Binding, module: Module, follow: Follow): Value | undefined {
  const field = fieldNamed(binding)
  if (
    evaluator.memo.isDeeper(follow.depth, 8) ||
    (field === undefined && !/^(Identifier|TSParameterProperty)$/.test(binding.declaration.type))
  )
    return undefined
  const owner = isFunction(binding.scope) ? binding.scope : above(binding.declaration, ...functionTypes)
  const index = children(owner, 'params').indexOf(binding.declaration)
  if (owner === undefined || index === -1) return undefined
  const call = callOf(evaluator, owner, module, index, follow)
  const argument = call && children(call.node, 'arguments')[index]
  const value = argument && call ? evaluator.evaluate(argument, call.module, follow) : undefined
  return value && field !== undefined ? evaluator.memberOf(value, field, follow, value.origin) : value
}

/** `secret` of `({ secret: key }) => …`, for the name `key`. */
const fieldNamed = ({ declaration, name }: Binding): string | undefined =>
  patternFields(declaration).find(({ local }) => local.name === name)?.name

interface Call {
  readonly module: Module
  readonly node: Node
}

const known = new WeakMap<Node, Call | undefined>()

/** The functions whose calls are being looked for, with how far the question had come. */
const sought = new WeakMap<Node, number>()

function callOf(evaluator: Evaluator, owner: Node, module: Module, index: number, follow: Follow): Call | undefined {
  if (known.has(owner)) return known.get(owner)
  const since = sought.get(owner)
  if (since !== undefined) {
    evaluator.memo.meets(since)
    return undefined
  }
  sought.set(owner, follow.seen.length)
  const made = classOf(owner) ?? owner
  const files = [module.file, ...evaluator.modules.importersOf(module.file)]
  const found = files.length > mostImporters ? undefined : search(evaluator, files, made, index, follow, module)
  sought.delete(owner)
  known.set(owner, found)
  return found
}

/** The class whose constructor this is. */
function classOf(owner: Node): Node | undefined {
  const method = owner.parent
  return method?.type === 'MethodDefinition' && method.kind === 'constructor'
    ? above(method, 'ClassDeclaration', 'ClassExpression')
    : undefined
}

function search(
  evaluator: Evaluator,
  files: readonly string[],
  made: Node,
  index: number,
  follow: Follow,
  home: Module,
): Call | undefined {
  for (const file of files) {
    const module = evaluator.modules.get(file)
    if (module === undefined) continue
    const names = file === home.file ? [nameOf(made)] : evaluator.modules.namesFor(module, home.file)
    const node = callsBy(evaluator, module, names, home.file).find((each) => {
      const callee = child(each, 'callee')
      if (callee === undefined || children(each, 'arguments').length <= index) return false
      const value = evaluator.evaluate(callee, module, { ...follow, given: follow.given.outermost })
      return (value.kind === 'function' || value.kind === 'class') && value.origin.node === made
    })
    if (node !== undefined) return { module, node }
  }
  return undefined
}

/** The calls of a module by the name that the callee begins with, and those of `require('…')` by the file that is meant. */
interface Calls {
  readonly byName: ReadonlyMap<string, readonly Node[]>
  readonly byFile: ReadonlyMap<string, readonly Node[]>
}

const calls = new WeakMap<Module, Calls>()

function callsOf(evaluator: Evaluator, module: Module): Calls {
  const known = calls.get(module) ?? indexed(evaluator, module)
  calls.set(module, known)
  return known
}

function indexed({ modules }: Evaluator, module: Module): Calls {
  const byName = new Map<string, Node[]>()
  const byFile = new Map<string, Node[]>()
  for (const call of findAll(module.program, 'CallExpression', 'NewExpression')) {
    const callee = child(call, 'callee')
    const name = dotted(callee)?.split('.')[0]
    const specifier = callee && name === undefined ? requiredModule(callee) : undefined
    const file = specifier === undefined ? undefined : modules.resolve(module.file, specifier)
    if (name !== undefined) put(byName, name, call)
    if (file !== undefined) put(byFile, file, call)
  }
  return { byName, byFile }
}

function put(lists: Map<string, Node[]>, name: string, node: Node): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [node])
  else list.push(node)
}

/** The calls whose words alone allow that they mean something of the file: evaluating every call costs too much. */
function callsBy(evaluator: Evaluator, module: Module, names: readonly string[], file: string): readonly Node[] {
  const { byName, byFile } = callsOf(evaluator, module)
  const found = [...names.flatMap((name) => byName.get(name) ?? []), ...(byFile.get(file) ?? [])]
  return found.sort((a, b) => a.start - b.start)
}

const nameOf = (made: Node) =>
  String(child(made, 'id')?.name ?? (made.parent?.type === 'VariableDeclarator' ? child(made.parent, 'id')?.name : ''))
