import { posix } from 'node:path'
import type { SessionFact } from '../facts/session.js'
import type { Module } from '../source/modules.js'
import { child, children, dotted, findAll, functionAround, memberName, type Node } from '../source/syntax.js'
import { textOf } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { isShared } from './libraries.js'
import { type Lookup, passingBy, sealing, telling } from './lookups.js'
import { type Clue, StoreTrace } from './store-trace.js'

/** A session that the app writes by hand: a cookie is read, and what it names is looked up. The one that tells most. */
export function collectOwnSessions(scope: CodeScope, lookups: readonly Lookup[]): SessionFact[] {
  const told = lookups.filter(({ credential, kept }) => credential.source === 'cookie' && isStore(kept))
  const read = told.map(({ credential: { module, node }, kept }) => factOf(module, node, kept))
  const found = [
    ...read,
    ...modulesWith(scope, /cookies?\.get\s*\(/).flatMap((module) =>
      findAll(module.program, 'CallExpression')
        .filter((node) => !told.some(({ credential }) => credential.node === node))
        .flatMap((node) => ownSession(scope, module, node) ?? []),
    ),
  ]
  const best = found.find(({ store }) => store.kind !== 'cookie') ?? found[0]
  return best === undefined ? [] : [best]
}

/** Files and databases of no known kind are often a log that the cookie's name is written to. */
const isStore = ({ kind }: Clue) => kind !== 'file' && kind !== 'custom'

function ownSession(scope: CodeScope, module: Module, node: Node): SessionFact | undefined {
  const callee = child(node, 'callee')
  const [name] = children(node, 'arguments')
  const around = functionAround(node)
  if (callee === undefined || name === undefined || around === undefined) return undefined
  if (memberName(callee) !== 'get' || !/(^|\.)cookies?$/.test(dotted(child(callee, 'object')) ?? '')) return undefined
  const words = textOf(scope.evaluator.ask(name, module)) ?? module.slice(name)
  if (!telling.test(words) || passingBy.test(words) || passingBy.test(posix.basename(module.file))) return undefined
  const kind = keptIn(scope, module, around)
  return kind && factOf(module, node, kind)
}

function keptIn(scope: CodeScope, module: Module, around: Node): Clue | undefined {
  const trace = new StoreTrace(scope)
  trace.follow({ module, node: around })
  const { best } = trace
  if (best !== undefined && best.kind !== 'memory' && isStore(best)) return best
  return sealing.test(module.slice(around))
    ? { kind: 'cookie', place: module.at(around), via: 'a signed token' }
    : undefined
}

function factOf(module: Module, node: Node, { kind, place, via }: Clue): SessionFact {
  return {
    library: 'own session',
    version: undefined,
    place: module.at(node),
    store: {
      kind,
      shared: isShared(kind),
      evidence: [place],
      how: 'custom',
      via,
      directory: undefined,
      expires: undefined,
      expiresAt: undefined,
    },
    cookie: {},
    signed: undefined,
    options: undefined,
    appName: undefined,
    port: { edits: undefined, why: 'it is written by hand' },
  }
}
