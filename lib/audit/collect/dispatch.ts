import type { Module } from '../source/modules.js'
import { child, children, dotted, findAll, type Node, unwrap } from '../source/syntax.js'

/** A part of a handler that answers one path, as in `if (ctx.path === '/login') { … }`. */
export interface Branch {
  readonly node: Node
  /** The paths as written, one after the other: `/login`. */
  readonly path: string
}

/** The innermost branch by path that the node is in, in this handler. */
export function branchAround(node: Node, handler: Node, module: Module): Branch | undefined {
  for (let next = node; next !== handler && next.parent !== undefined; next = next.parent) {
    const path = pathsOf(next, next.parent, module)
    if (path.length > 0) return { node: next, path: path.join(' ') }
  }
  return undefined
}

function pathsOf(part: Node, outer: Node, module: Module): string[] {
  const test = child(outer, 'test')
  if (/^(IfStatement|ConditionalExpression)$/.test(outer.type))
    return test && child(outer, 'consequent') === part ? pathsAsked(test, '=', module) : []
  if (outer.type === 'LogicalExpression' && outer.operator === '&&' && child(outer, 'right') === part)
    return pathsAsked(child(outer, 'left'), '=', module)
  if (part.type === 'SwitchCase') return casesOf(part, outer, module)
  return outer.type === 'BlockStatement' ? pathsLeft(part, outer, module) : []
}

/** `switch (ctx.path) { case '/logout': case '/quit': … }`; `switch (true)` asks in each case. */
function casesOf(one: Node, outer: Node, module: Module): string[] {
  const all = children(outer, 'cases')
  const index = all.indexOf(one)
  const before = all.slice(0, index).findLastIndex((each) => children(each, 'consequent').length > 0)
  const tests = all.slice(before + 1, index + 1).flatMap((each) => child(each, 'test') ?? [])
  const subject = child(outer, 'discriminant')
  if (subject?.value === true) return tests.flatMap((test) => pathsAsked(test, '=', module))
  return subject && isPath(subject, module) ? tests.flatMap(wordsIn) : []
}

/** `if (ctx.path !== '/login') return next()` leaves one path for what comes after. */
function pathsLeft(statement: Node, block: Node, module: Module): string[] {
  return children(block, 'body')
    .filter((each) => each.end <= statement.start && each.type === 'IfStatement')
    .filter((each) => isLeaving(child(each, 'consequent')))
    .flatMap((each) => pathsAsked(child(each, 'test'), '!', module))
}

function isLeaving(node: Node | undefined): boolean {
  const last = node?.type === 'BlockStatement' ? children(node, 'body').at(-1) : node
  return /^(Return|Throw)Statement$/.test(last?.type ?? '')
}

/** The words that a test compares a path with; `!`: those that it is not. */
function pathsAsked(test: Node | undefined, sign: '=' | '!', module: Module): string[] {
  if (test === undefined) return []
  const bare = unwrap(test)
  if (bare.type === 'LogicalExpression')
    return ['left', 'right'].flatMap((side) => pathsAsked(child(bare, side), sign, module))
  if (bare.type === 'UnaryExpression' && bare.operator === '!')
    return pathsAsked(child(bare, 'argument'), sign === '=' ? '!' : '=', module)
  if (bare.type === 'BinaryExpression')
    return String(bare.operator).startsWith(sign) && isPath(bare, module) ? wordsIn(bare) : []
  return sign === '=' && bare.type === 'CallExpression' && isPath(bare, module) ? wordsIn(bare) : []
}

const pathName = /^(path|url|pathname|originalUrl|_?routerPath|href)$/

/** Whether the path of the request is in the expression, by its name or by that of a variable. */
function isPath(expression: Node, module: Module): boolean {
  return findAll(expression, 'Identifier').some((node) => {
    if (pathName.test(String(node.name))) return true
    const given = module.scopes.lookup(node)?.given[0]
    return given !== undefined && pathName.test(given.path.at(-1)?.name ?? dotted(given.value)?.split('.').at(-1) ?? '')
  })
}

const wordsIn = (expression: Node): string[] =>
  findAll(expression, 'Literal', 'TemplateElement').flatMap((node) => {
    const pattern = (node.regex as { readonly pattern?: string } | undefined)?.pattern
    const cooked = (node.value as { readonly cooked?: string } | null)?.cooked
    return typeof node.value === 'string' ? [node.value] : (pattern ?? cooked ?? [])
  })
