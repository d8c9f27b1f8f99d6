import type { LocalStateFact } from '../../facts/local-state.js'
import type { Module } from '../../source/modules.js'
import type { Binding } from '../../source/scope.js'
import { below, child, functionAround, isFunction, type Node, statementAround } from '../../source/syntax.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { identifiersOf } from '../module-index.js'
import { handlerOf } from './handlers.js'
import { originOf } from './origins.js'

/**
 * A variable of a module that begins as nothing, a number or a word. One that is indented belongs to a function, unless the whole file is
 * indented.
 */
const declaresPlain =
  /^(export\s+)?(let|var)\s(?!\s*[\w$]+\s*=\s*(require\b|await\b|new\b|function\b|async\b|\()[^,\n]*$)/m
const indented = /^[ \t]+(export\s+)?(let|var)\s/m
const startsAtTheMargin = /^(import|export|const|let|var|function|class|async|module|exports|if|app|router)\b/m

const mayKeepPlain = ({ text }: { readonly text: string }) =>
  declaresPlain.test(text) || (indented.test(text) && !startsAtTheMargin.test(text))

/** A number or a word of a module that requests change, and that requests are told: `lastOrder++`. */
export function moduleVariables(scope: CodeScope): LocalStateFact[] {
  return modulesWith(scope, mayKeepPlain).flatMap((module) =>
    [...module.scopes.topLevel.values()].filter(isPlain).flatMap((binding) => factOf(scope, module, binding) ?? []),
  )
}

/** Numbers of requests, and of what is logged, may be another in each process. */
const ofLogs = /^(req(uest)?s?|trace|span|log|debug|metric)_?(id|ids|no|num(ber)?|count(er)?|seq)?$|stats?$|metrics?$/i

function isPlain({ kind, name, declaration }: Binding): boolean {
  if (kind !== 'variable' || declaration.type !== 'VariableDeclarator' || ofLogs.test(name)) return false
  if (declaration.parent?.kind === 'const') return false
  const first = child(declaration, 'init')
  return (
    first === undefined || first.type === 'Literal' || first.type === 'UnaryExpression' || first.name === 'undefined'
  )
}

interface Use {
  readonly node: Node
  readonly handler: Node
}

function factOf(scope: CodeScope, module: Module, binding: Binding): LocalStateFact | undefined {
  const uses = identifiersOf(module, binding.name).filter(
    (node) => node.parent !== binding.declaration && module.scopes.lookup(node) === binding,
  )
  const writes = uses.flatMap((use) => writeOf(use) ?? [])
  const inHandlers = (nodes: readonly Node[]): Use[] =>
    nodes.flatMap((node) => {
      const handler = handlerOf(scope, node, module)
      return handler ? [{ node, handler }] : []
    })
  const isHolder = (node: Node) => uses.includes(node)
  const told = inHandlers(uses.filter((use) => !isTarget(use) && !isLogged(use, module)))
  const counts = inHandlers(writes.filter((write) => isCount(write, binding) && !isReturned(write, writes)))
  const kept = inHandlers(
    writes.filter((write) => {
      const value = child(write, 'right')
      return value !== undefined && originOf(value, { scope, module, node: write, key: undefined, isHolder }).request
    }),
  ).filter((write) => told.some((read) => read.handler !== write.handler || read.node.start < write.node.start))
  const [first] = [...counts, ...kept]
  const [read] = told
  if (first === undefined || read === undefined) return undefined
  return {
    kind: 'request-state',
    what: `${binding.name}, a variable of this module`,
    place: module.at(binding.declaration),
    confidence: 'medium',
    identity: /user|session|captcha|otp\b|csrf|nonce|token|login|account/i.test(binding.name),
    carriesLogin: false,
    library: undefined,
    uses: [module.at(first.node), module.at(read.node)],
  }
}

function writeOf(use: Node): Node | undefined {
  const outer = use.parent
  if (outer?.type === 'UpdateExpression') return outer
  return outer?.type === 'AssignmentExpression' && child(outer, 'left') === use ? outer : undefined
}

/** Written, and the answer of the writing not used. */
function isTarget(use: Node): boolean {
  const write = writeOf(use)
  return write !== undefined && /^(ExpressionStatement|ForStatement)$/.test(write.parent?.type ?? '')
}

function isCount(write: Node, { name }: Binding): boolean {
  if (write.type === 'UpdateExpression') return true
  if (/^[-+*]=$/.test(String(write.operator))) return true
  const value = child(write, 'right')
  if (value?.type !== 'BinaryExpression') return false
  return below(value).some((each) => each.name === name)
}

/** Raised and lowered in the same function: what is under way in this process. */
const isReturned = (write: Node, all: readonly Node[]) =>
  all.some(
    (other) => other.operator !== write.operator && isLowering(other) !== isLowering(write) && isNear(other, write),
  )

const isLowering = ({ operator }: Node) => operator === '--' || operator === '-='

const isNear = (one: Node, other: Node) => outermost(one) === outermost(other)

function outermost(node: Node): Node | undefined {
  let found = functionAround(node)
  for (let next = found; next !== undefined; next = functionAround(next)) found = next
  return isFunction(found) ? found : undefined
}

const isLogged = (use: Node, module: Module) =>
  /^\s*(console|log(ger)?|debug|winston|pino)\b|^\s*\w+\.(log(ger)?|debug)\b/.test(module.slice(statementAround(use)))
