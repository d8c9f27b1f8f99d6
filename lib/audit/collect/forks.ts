import type { Module } from '../source/modules.js'
import {
  child,
  children,
  dotted,
  findAll,
  functionAround,
  isFunction,
  memberName,
  type Node,
} from '../source/syntax.js'
import { textOf } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { type Count, notDecidable, repetitions } from './counts.js'
import { callsIn } from './named-calls.js'

/** One `cluster.fork()`. */
export interface Fork {
  readonly node: Node
  /** Runs because another worker ended. */
  readonly restarts: boolean
  /** Waits before it forks again. */
  readonly delayed: boolean
  readonly loop: Node | undefined
  readonly count: Count
}

/** The `cluster.fork()` calls of a module, and what makes them run. */
export function forksIn(scope: CodeScope, module: Module): Fork[] {
  return callsIn(scope, module, /^cluster(\.default)?\.fork$/).flatMap(({ node }) =>
    waysTo(node, module, new Set())
      .filter((way) => !way.some((each, at) => isSwitchedOff(each, at, way, module)))
      .map((way) => {
        const loop = way.find(isLoop)
        return {
          node,
          restarts: way.some((each) => isEndListener(scope, each, module)),
          delayed: way.some(isDelay),
          loop,
          count: loop ? repetitions(scope, loop, module) : notDecidable,
        }
      }),
  )
}

/** `if (cluster.isMaster && 0)`: people turn clustering off that way. */
function isSwitchedOff(around: Node, at: number, way: readonly Node[], module: Module): boolean {
  const test = around.type === 'IfStatement' ? child(around, 'test') : undefined
  const runs = test !== undefined && way[at - 1] === child(around, 'consequent')
  return runs && /(^|&&\s*)(0|false)(\s*&&|$)/.test(module.slice(test))
}

/** Each chain of nodes around the call, from the inside out, with the calls of the functions that it is in. */
function waysTo(node: Node, module: Module, seen: ReadonlySet<Node>): Node[][] {
  const chain: Node[] = []
  for (let next = node.parent; next !== undefined; next = next.parent) {
    chain.push(next)
    if (!isFunction(next)) continue
    const calls = seen.has(next) ? [] : usesOf(next, module)
    if (calls.length === 0) continue
    const inner = new Set(seen).add(next)
    return calls.flatMap((call) => waysTo(call, module, inner).map((way) => [...chain, call, ...way]))
  }
  return [chain]
}

/** Where a named function is called or handed over: `spawn()`, `cluster.on('exit', spawn)`. */
function usesOf(fn: Node, module: Module): Node[] {
  const declared = fn.parent?.type === 'VariableDeclarator' ? child(fn.parent, 'id') : undefined
  const name = child(fn, 'id')?.name ?? declared?.name
  if (name === undefined || fn.type === 'FunctionExpression') return []
  return findAll(module.program, 'Identifier').filter(
    (each) =>
      each.name === name &&
      each.parent?.type === 'CallExpression' &&
      functionAround(each) !== fn &&
      module.scopes.lookup(each)?.declaration === (declared ? fn.parent : fn),
  )
}

const iterates = /^(forEach|map|from|times)$/

function isLoop(node: Node): boolean {
  if (/^(For|ForOf|ForIn|While|DoWhile)Statement$/.test(node.type)) return true
  if (node.type !== 'CallExpression') return false
  const callee = child(node, 'callee')
  return callee?.type === 'MemberExpression' && iterates.test(memberName(callee) ?? '')
}

const ends = /^(exit|disconnect|death|died|close|message)$/

/** `cluster.on('exit', …)`, `worker.on('disconnect', …)`. */
function isEndListener(scope: CodeScope, node: Node, module: Module): boolean {
  if (node.type !== 'CallExpression') return false
  const callee = child(node, 'callee')
  if (callee?.type !== 'MemberExpression' || !/^(on|once|addListener)$/.test(memberName(callee) ?? '')) return false
  const [event] = children(node, 'arguments')
  const name = event && textOf(scope.evaluator.ask(event, module))
  return name !== undefined && ends.test(name)
}

function isDelay(node: Node): boolean {
  return node.type === 'CallExpression' && /^(setTimeout|delay|sleep)$/.test(dotted(child(node, 'callee')) ?? '')
}
