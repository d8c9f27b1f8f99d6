import type { StoreFact } from '../facts/session.js'
import type { Place } from '../place.js'
import { child, children } from '../source/syntax.js'
import type { Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { isShared, singleProcessDatabase } from './libraries.js'
import { type Body, StoreTrace } from './store-trace.js'

/** A store of the app's own: the bodies of its methods are followed to what they read and write. */
export function readCustomStore(scope: CodeScope, value: Value, place: Place): StoreFact | undefined {
  const bodies = methodsOf(scope, value)
  if (bodies.length === 0) return undefined
  const trace = new StoreTrace(scope)
  for (const body of bodies) trace.follow(body)
  const { best } = trace
  const { endless } = trace
  const common = {
    how: 'custom',
    directory: undefined,
    expires: endless === undefined ? undefined : false,
    expiresAt: endless,
  } as const
  if (best === undefined) return { ...common, kind: 'unknown', shared: undefined, evidence: [place], via: undefined }
  const how = best.via !== undefined && singleProcessDatabase.test(best.via) ? 'single-process-database' : 'custom'
  const directory = best.kind === 'file' ? { path: undefined, place: best.place, pruned: undefined } : undefined
  const evidence = [place, best.place]
  const shared = how === 'custom' && isShared(best.kind)
  return { ...common, how, directory, kind: best.kind, shared, evidence, via: best.via }
}

const methods = /^(get|set|destroy|read|write|save|load|clear|remove|constructor)$/

/** The methods of an object literal, an instance, or a class handed over. */
function methodsOf(scope: CodeScope, value: Value): Body[] {
  if (value.kind === 'object')
    return [...value.fields].flatMap(([name, field]) => {
      if (!methods.test(name)) return []
      return [field.value.kind === 'function' ? field.value.origin : { module: field.module, node: field.node }]
    })
  if (value.kind === 'class') return classBodies(scope, value)
  if (value.kind !== 'new' && value.kind !== 'call') return []
  if (value.callee.kind === 'class') return classBodies(scope, value.callee)
  return value.callee.kind === 'function' ? [value.callee.origin] : []
}

function classBodies(scope: CodeScope, { origin: { module, node } }: Value): Body[] {
  const parent = child(node, 'superClass')
  const above = parent && scope.evaluator.ask(parent, module)
  const inherited = above?.kind === 'class' ? classBodies(scope, above) : []
  const members = children(child(node, 'body'), 'body').map((member) => ({ module, node: member }))
  return [...members, ...inherited]
}
