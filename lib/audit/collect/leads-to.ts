import type { Module } from '../source/modules.js'
import { child, children, dotted, type Node, rootOf } from '../source/syntax.js'
import { type CodeScope, isOfServer } from './code-scope.js'

const reached = new WeakMap<CodeScope, Map<RegExp, ReadonlySet<string>>>()

/** Whether the text of the file, or of one that it imports, has the pattern. Looking costs less than parsing. */
export function leadsTo(scope: CodeScope, file: string, pattern: RegExp): boolean {
  const known = reached.get(scope) ?? new Map<RegExp, ReadonlySet<string>>()
  reached.set(scope, known)
  const files = known.get(pattern) ?? filesLeadingTo(scope, pattern)
  known.set(pattern, files)
  return files.has(file)
}

function filesLeadingTo({ modules, server }: CodeScope, pattern: RegExp): Set<string> {
  const pending = server.filter((file) => pattern.test(modules.project.text(file) ?? ''))
  const found = new Set<string>()
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (found.has(file)) continue
    found.add(file)
    pending.push(...modules.importersOf(file))
  }
  return found
}

/** Whether following the callee can lead to a module whose text has the pattern: not where it is a file that leads to none. */
export function mayLeadTo(scope: CodeScope, module: Module, callee: Node, pattern: RegExp): boolean {
  const specifier = specifierOf(rootOf(callee), module)
  const file = specifier === undefined ? undefined : scope.modules.resolve(module.file, specifier)
  return file === undefined || !isOfServer(scope, file) || leadsTo(scope, file, pattern)
}

/** What is imported; undefined where a call stands between: what that answers depends on what it is given. */
function specifierOf(root: Node, module: Module): string | undefined {
  if (root.type !== 'Identifier') return required(root)
  const { from, given } = module.scopes.lookup(root) ?? {}
  if (from !== undefined) return from.module
  const [first, second] = given ?? []
  return first === undefined || second !== undefined ? undefined : required(rootOf(first.value))
}

/** `./x` of `require('./x')`. */
function required(call: Node): string | undefined {
  const isRequire = call.type === 'CallExpression' && dotted(child(call, 'callee')) === 'require'
  const argument = isRequire ? children(call, 'arguments')[0]?.value : undefined
  return typeof argument === 'string' ? argument : undefined
}
