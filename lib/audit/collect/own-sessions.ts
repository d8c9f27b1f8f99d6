import { posix } from 'node:path'
import type { SessionFact, StoreKind } from '../facts/session.js'
import type { Module } from '../source/modules.js'
import { child, children, dotted, findAll, functionAround, memberName, type Node } from '../source/syntax.js'
import { textOf } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { isShared } from './libraries.js'
import { StoreTrace } from './store-trace.js'

/** What a cookie is called that says who somebody is. */
const telling = /sess|\bsid\b|_sid|token|auth|login|user|passport|jwt/i

/** What a cookie is called that serves one step only: a hint for the logout, the state of a login at a provider. */
const passingBy = /log_?out|sign_?out|csrf|xsrf|nonce|state|redirect|return_?to/i

const sealing = /jsonwebtoken|\bjose\b|koa-jwt|\bjwt\b|iron|JWT|jws/

/** A session that the app writes by hand: a cookie is read, and what it names is looked up. The one that tells most. */
export function collectOwnSessions(scope: CodeScope): SessionFact[] {
  const found = modulesWith(scope, /cookies?\.get\s*\(/).flatMap((module) =>
    findAll(module.program, 'CallExpression').flatMap((node) => ownSession(scope, module, node) ?? []),
  )
  const best = found.find(({ store }) => store.kind !== 'cookie') ?? found[0]
  return best === undefined ? [] : [best]
}

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

interface Kept {
  readonly kind: StoreKind
  readonly place: SessionFact['place']
  readonly via: string | undefined
}

function keptIn(scope: CodeScope, module: Module, around: Node): Kept | undefined {
  const trace = new StoreTrace(scope)
  trace.follow({ module, node: around })
  const { best } = trace
  const isSession = best !== undefined && (best.kind !== 'memory' || telling.test(best.via ?? ''))
  if (best !== undefined && isSession && best.kind !== 'file' && best.kind !== 'custom') return best
  return sealing.test(module.slice(around))
    ? { kind: 'cookie', place: module.at(around), via: 'a signed token' }
    : undefined
}

function factOf(module: Module, node: Node, { kind, place, via }: Kept): SessionFact {
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
