import type { FrameworkFact } from '../facts/app.js'
import type { Module } from '../source/modules.js'
import { child, dotted, findAll, memberName, type Node, rootOf, statementAround, unwrap } from '../source/syntax.js'
import { fullName, type Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { leadsTo, mayLeadTo } from './leads-to.js'

/** A place where the app object of Koa is made. */
export interface KoaInstance {
  readonly module: Module
  readonly node: Node
  /** What it is called there: `app`, `this.koa`. */
  readonly name: string | undefined
}

const makers = new Set([
  'koa',
  'koa.Application',
  '@koa/koa',
  'koa-application',
  'koa.default',
  'express',
  'fastify',
  '@feathersjs/koa.koa',
  'koa-websocket',
  'co-ws.koa',
])

const mentionsMaker = /koa|express|fastify/i

/** An import of a maker; types alone make nothing. */
const namesMaker =
  /(?<!\bimport\s+type\s[^'"`]*)['"`](koa|@koa\/koa|koa-application|express|fastify|@feathersjs\/koa|koa-websocket|co-ws)['"`]/

/** `new Koa()`, and `koa()` of Koa 0 and 1. */
export function collectInstances(scope: CodeScope): KoaInstance[] {
  return modulesWith(scope, ({ file, text }) => mentionsMaker.test(text) && leadsTo(scope, file, namesMaker)).flatMap(
    (module) =>
      findAll(module.program, 'NewExpression', 'CallExpression').flatMap((node) => {
        const callee = child(node, 'callee')
        if (
          callee === undefined ||
          !mayMakeApp(callee, node, module) ||
          !mayLeadTo(scope, module, callee, namesMaker) ||
          !makesApp(scope, scope.evaluator.ask(callee, module))
        )
          return []
        return [{ module, node, name: nameOf(node) }]
      }),
  )
}

/** A method makes an app without `new` only where its name says so. */
const makingMethod = /koa|express|fastify|default/i

/** Whether following the callee can lead to Koa. Following costs more than looking. */
function mayMakeApp(callee: Node, call: Node, module: Module): boolean {
  const called = unwrap(callee)
  if (
    call.type === 'CallExpression' &&
    called.type === 'MemberExpression' &&
    !makingMethod.test(memberName(called) ?? '')
  )
    return false
  const root = rootOf(callee)
  if (root.type !== 'Identifier') return call.type === 'NewExpression' || root.type === 'CallExpression'
  const kind = module.scopes.lookup(root)?.kind
  if (kind === 'import' || kind === 'variable') return true
  return call.type === 'NewExpression' && kind !== undefined
}

/** Koa itself, or a class of the app's own that extends it. */
export function makesApp(scope: CodeScope, maker: Value, depth = 0): boolean {
  if (maker.kind !== 'class') return makers.has(fullName(maker) ?? '')
  const parent = child(maker.origin.node, 'superClass')
  return (
    parent !== undefined && depth < 5 && makesApp(scope, scope.evaluator.ask(parent, maker.origin.module), depth + 1)
  )
}

/** `app` in `const app = module.exports = new Koa()`. */
function nameOf(node: Node): string | undefined {
  const { parent } = node
  if (parent?.type === 'VariableDeclarator') return dotted(child(parent, 'id'))
  if (parent?.type === 'PropertyDefinition') return `this.${dotted(child(parent, 'key'))}`
  if (parent?.type !== 'AssignmentExpression')
    return /^(TSAsExpression|CallExpression|AwaitExpression)$/.test(parent?.type ?? '') && parent
      ? nameOf(parent)
      : undefined
  const left = dotted(child(parent, 'left'))
  return left === 'module.exports' || left === 'exports' ? nameOf(parent) : left
}

export function instanceFacts(instances: readonly KoaInstance[]): FrameworkFact['instances'] {
  return instances.map(({ module, node, name }) => ({
    name: name ?? 'app',
    place: module.at(node),
    statementEnd: statementAround(node).end,
  }))
}
