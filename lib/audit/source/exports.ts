import { readData } from './data-module.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import type { MemberWrite } from './scope.js'
import { child, children, dotted, memberName, type Node } from './syntax.js'
import type { Field, Value } from './value.js'

/** What a file exports under a name, `default`, or `*` for the module as a whole. Undefined: not decidable. */
export function exportOf(evaluator: Evaluator, file: string, name: string, follow: Follow): Value | undefined {
  if (evaluator.memo.isDeeper(follow.depth, 30)) return undefined
  const deeper = { ...follow, depth: follow.depth + 1 }
  if (file.endsWith('.json')) return member(evaluator, readData(evaluator.modules, file), name, deeper)
  const module = evaluator.modules.get(file)
  if (module === undefined) return undefined
  return (
    fromStatements(evaluator, module, name, deeper) ??
    fromCommonJs(evaluator, module, name, deeper) ??
    (name === '*' ? { kind: 'namespace', file, origin: { module, node: module.program } } : undefined)
  )
}

function member(evaluator: Evaluator, value: Value | undefined, name: string, follow: Follow): Value | undefined {
  if (value === undefined || name === '*' || name === 'default') return value
  return evaluator.memberOf(value, name, follow, value.origin)
}

/** `export const x`, `export { x as y }`, `export default`, `export * from`, `export =`. */
function fromStatements(evaluator: Evaluator, module: Module, name: string, follow: Follow): Value | undefined {
  for (const statement of children(module.program, 'body')) {
    const found = fromStatement(evaluator, module, statement, name, follow)
    if (found !== undefined) return found
  }
  return undefined
}

function fromStatement(
  evaluator: Evaluator,
  module: Module,
  statement: Node,
  name: string,
  follow: Follow,
): Value | undefined {
  const declaration = child(statement, 'declaration')
  if (statement.type === 'ExportDefaultDeclaration' && name === 'default' && declaration)
    return asValue(evaluator, declaration, module, follow)
  if (statement.type === 'TSExportAssignment') {
    const expression = child(statement, 'expression')
    return expression && member(evaluator, evaluator.evaluate(expression, module, follow), name, follow)
  }
  if (statement.type === 'ExportAllDeclaration') return fromStar(evaluator, module, statement, name, follow)
  if (statement.type !== 'ExportNamedDeclaration') return undefined
  if (declaration !== undefined)
    return declares(declaration, name) ? named(evaluator, module, name, declaration, follow) : undefined
  return fromSpecifiers(evaluator, module, statement, name, follow)
}

function fromStar(
  evaluator: Evaluator,
  module: Module,
  statement: Node,
  name: string,
  follow: Follow,
): Value | undefined {
  const target = evaluator.modules.resolve(module.file, String(child(statement, 'source')?.value))
  const exported = child(statement, 'exported')
  if (target === undefined || name === '*') return undefined
  if (exported !== undefined) return exported.name === name ? exportOf(evaluator, target, '*', follow) : undefined
  return name === 'default' ? undefined : exportOf(evaluator, target, name, follow)
}

function fromSpecifiers(
  evaluator: Evaluator,
  module: Module,
  statement: Node,
  name: string,
  follow: Follow,
): Value | undefined {
  for (const specifier of children(statement, 'specifiers')) {
    const exported = child(specifier, 'exported')
    if (String(exported?.name ?? exported?.value) !== name) continue
    const local = child(specifier, 'local')
    const source = child(statement, 'source')
    if (local === undefined) return undefined
    if (source === undefined) return evaluator.evaluate(local, module, follow)
    const target = evaluator.modules.resolve(module.file, String(source.value))
    return target === undefined ? undefined : exportOf(evaluator, target, String(local.name), follow)
  }
  return undefined
}

function asValue(evaluator: Evaluator, declaration: Node, module: Module, follow: Follow): Value {
  if (declaration.type === 'FunctionDeclaration') return { kind: 'function', origin: { module, node: declaration } }
  return evaluator.evaluate(declaration, module, follow)
}

function declares(declaration: Node, name: string): boolean {
  if (child(declaration, 'id')?.name === name) return true
  return children(declaration, 'declarations').some((each) =>
    new RegExp(`\\b${name.replace(/\W/g, '')}\\b`).test(patternNames(child(each, 'id'))),
  )
}

function patternNames(pattern: Node | undefined): string {
  if (pattern === undefined) return ''
  if (pattern.type === 'Identifier') return String(pattern.name)
  return children(pattern, 'properties')
    .map((each) => patternNames(child(each, 'value')))
    .join(' ')
}

/** The value of a top-level name. */
function named(evaluator: Evaluator, module: Module, name: string, near: Node, follow: Follow): Value | undefined {
  if (module.scopes.topLevel.get(name) === undefined) return undefined
  const identifier: Node = { type: 'Identifier', name, start: near.start, end: near.end, parent: module.program }
  return evaluator.evaluate(identifier, module, follow)
}

/** `module.exports = …`, `exports.x = …`, `module.exports.x = …`, and Babel's `exports.default`. */
function fromCommonJs(evaluator: Evaluator, module: Module, name: string, follow: Follow): Value | undefined {
  const writes = module.scopes.memberWrites
  const whole = writes.findLast(
    ({ target }) => dotted(target) === 'module.exports' || dotted(target) === 'exports.default',
  )
  const parts = writes.filter(
    ({ target }) =>
      /^(module\.)?exports\.[^.]+$/.test(dotted(target) ?? '') &&
      dotted(target) !== 'exports.default' &&
      dotted(target) !== 'module.exports',
  )
  if (whole === undefined && parts.length === 0) return undefined
  const value = whole && evaluator.evaluate(whole.value, module, follow)
  const part = parts.findLast(({ target }) => memberName(target) === name)
  if (name !== '*' && name !== 'default') {
    if (part) return evaluator.evaluate(part.value, module, follow)
    return value && evaluator.memberOf(value, name, follow, value.origin)
  }
  if (parts.length === 0 || (value && value.kind !== 'object')) return value
  return withParts(evaluator, module, value, parts, follow)
}

function withParts(
  evaluator: Evaluator,
  module: Module,
  value: Value | undefined,
  parts: readonly MemberWrite[],
  follow: Follow,
): Value {
  const fields = new Map<string, Field>(value?.kind === 'object' ? value.fields : [])
  for (const { target, value: given, node } of parts) {
    const name = memberName(target)
    if (name !== undefined)
      fields.set(name, { value: evaluator.evaluate(given, module, follow), node, module, when: 'any' })
  }
  return {
    kind: 'object',
    fields,
    open: value?.kind === 'object' && value.open,
    origin: value?.origin ?? { module, node: module.program },
  }
}
