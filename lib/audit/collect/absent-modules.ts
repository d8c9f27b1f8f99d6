import { posix } from 'node:path'
import { type Module, requiredModule } from '../source/modules.js'
import type { Binding } from '../source/scope.js'
import { child, children, dotted, findAll, mentionsOf, type Node } from '../source/syntax.js'

/** Whether a file that is not here may mount something: it is handed the app, or is used as middleware, a router or an app itself. */
export function mayMountAbsent(module: Module, path: string): boolean {
  const names = bindingsOf(module).filter((binding) => means(binding, module, path))
  return names.length === 0 || names.some((binding) => isHandedOver(binding, module))
}

/** The names of the file, and those of its functions that hold a module. */
function bindingsOf({ program, scopes }: Module): readonly Binding[] {
  const local = findAll(program, 'VariableDeclarator').flatMap((each) => {
    const id = child(each, 'id')
    return id?.type === 'Identifier' ? (scopes.lookup(id) ?? []) : []
  })
  return [...new Set([...scopes.topLevel.values(), ...local])]
}

function means({ from, given }: Binding, module: Module, path: string): boolean {
  const specifier = from?.module ?? (given[0] && requiredModule(given[0].value))
  return specifier !== undefined && posix.join(posix.dirname(module.file), specifier) === path
}

function isHandedOver(binding: Binding, module: Module): boolean {
  const declared = binding.given.map(({ value }) => value)
  if (declared.some((value) => children(value, 'arguments').some(isApp))) return true
  return mentionsOf(module.program, binding.name)
    .filter((name) => module.scopes.lookup(name) === binding)
    .some(takesPart)
}

/** `x(app)`, `app.use(x)`, `x.routes()`, `x.callback()`, `export { x }`. */
function takesPart(name: Node): boolean {
  let node = name
  while (node.parent?.type === 'MemberExpression' && child(node.parent, 'object') === node) node = node.parent
  const around = node.parent
  if (around === undefined || /^Export|^Return|^Array|^Spread/.test(around.type)) return node === name
  if (around.type !== 'CallExpression') return false
  const callee = child(around, 'callee')
  if (callee !== node) return /(^|\.)(use|all|mount|compose|createServer|forEach)$/.test(dotted(callee) ?? '')
  return (
    children(around, 'arguments').some(isApp) ||
    /\.(callback|listen|routes|middleware|handler)$/.test(dotted(callee) ?? '') ||
    takesPart(around)
  )
}

const isApp = (node: Node) => /^(this\.)?_?(app|server|koa|koaApp|application|api|router)$/.test(dotted(node) ?? '')
