import type { Edit } from '../../edit.js'
import type { SessionFact, StoreFact } from '../../facts/session.js'
import { leftoversOf } from '../../source/leftovers.js'
import { child, children, dotted, functionAround, type Node } from '../../source/syntax.js'
import { fieldOf, fullName } from '../../source/value.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { typeEdits } from './augmentation.js'
import { callText, fieldText } from './call-text.js'
import { type Call, GivenOptions, NotPortable } from './given-options.js'
import { keysText } from './keys.js'
import { ourImport } from './our-import.js'
import { koaRedisOf, redisAddress } from './redis-address.js'
import { mentionsTheirApi, renewalEdits, usesTheirApi } from './their-api.js'
import { knownOptions, translatedOptions } from './translated-options.js'
import { unusedPackageEdits } from './unused-packages.js'

type Port = SessionFact['port']

/** Anything else may be needed elsewhere: `session((options = { … }))`. */
const plainArgument =
  /^(ObjectExpression|Identifier|MemberExpression|ThisExpression|TSAsExpression|TSSatisfiesExpression|TSNonNullExpression)$/

/** The edits that put `sharedSession()` in the place of another session of Koa's, with its options in our names and units. */
export function portSession(scope: CodeScope, call: Call, store: StoreFact): Port {
  try {
    return portOf(scope, call, store)
  } catch (error) {
    if (error instanceof NotPortable) return { edits: undefined, why: error.message, ...callByHand(scope, call) }
    throw error
  }
}

/** The call with those options that have a counterpart, for people to write. */
function callByHand(scope: CodeScope, call: Call): { readonly call?: string } {
  if (call.options?.kind !== 'object' || !call.library.koa) return {}
  try {
    const fields = knownOptions(new GivenOptions(call, scope.evaluator), call.name)
    return fields.length === 0 ? {} : { call: `sharedSession({ ${fields.map(fieldText).join(', ')} })` }
  } catch (error) {
    if (error instanceof NotPortable) return {}
    throw error
  }
}

/** @throws NotPortable */
function portOf(scope: CodeScope, call: Call, store: StoreFact): Port {
  refuse(scope, call)
  const options = new GivenOptions(call, scope.evaluator)
  const fields = [...translatedOptions(options, call.name)]
  const redis = redisOf(scope, call, store)
  if (redis !== undefined) fields.unshift(['redis', redis.text])
  const keys = keysText(scope, call)
  if (keys !== undefined) fields.unshift(['keys', keys])
  const mounted = withoutConvert(scope, call)
  const names = new Set([...options.names, ...(keys?.match(/^\w+/) ?? [])])
  const kept = [...options.kept, ...(redis?.kept ?? [])]
  const left = leftoversOf(scope.modules, { module: call.module, gone: [mounted], kept, names })
  const types = typeEdits(scope, call)
  const imported = ourImport(call, types.declared)
  const { file } = call.module
  const edits: readonly Edit[] = [
    ...imported.edits.map((edit) => outside(edit, left.edits)),
    ...left.edits,
    ...types.edits,
    ...modulesWith(scope, mentionsTheirApi).flatMap(renewalEdits),
    { file, start: mounted.start, end: mounted.end, text: callText(call.module, mounted, imported.name, fields) },
    ...unusedPackageEdits(scope, call.module, left.unloaded),
  ]
  return { edits, ownKeys: keys !== undefined }
}

/** An insertion in the middle of lines that go stands where they begin. */
function outside(edit: Edit, cuts: readonly Edit[]): Edit {
  const cut = cuts.find(({ start, end }) => start < edit.start && edit.start < end)
  return cut === undefined ? edit : { ...edit, start: cut.start, end: cut.start }
}

/** @throws NotPortable */
function refuse(scope: CodeScope, { library, name, options, node, module }: Call): void {
  if (!library.koa) throw new NotPortable(`${name} belongs to another framework`)
  if (name === 'koa-shared-session') throw new NotPortable('it is sharedSession() already')
  if (scope.generators) throw new NotPortable('Koa 1 does not run this middleware')
  if (options !== undefined && options.kind === 'either') throw new NotPortable('its options depend on a condition')
  if (options !== undefined && (options.kind !== 'object' || options.open))
    throw new NotPortable('its options cannot be read whole')
  if (children(node, 'arguments').some((argument) => !plainArgument.test(argument.type)))
    throw new NotPortable('its arguments are more than an object or a name')
  const user = modulesWith(scope, mentionsTheirApi).find(usesTheirApi)
  if (user !== undefined) throw new NotPortable(`${user.file} uses what only ${name} offers`)
  if (isPerRequest(node)) throw new NotPortable('it is made anew for each request')
  if (module.scopes.topLevel.get('sharedSession') !== undefined && !/koa-shared-session/.test(module.text))
    throw new NotPortable('the file has another sharedSession')
}

function isPerRequest(node: Node): boolean {
  const around = functionAround(node)
  return (
    around !== undefined && children(around, 'params').some((each) => /^(ctx|context|req)$/.test(dotted(each) ?? ''))
  )
}

function redisOf(scope: CodeScope, call: Call, store: StoreFact) {
  const given = fieldOf(call.options, 'store')?.value
  const redis = koaRedisOf(given)
  if (redis !== undefined) return redisAddress(scope, call, redis)
  const isOwn = store.shared === true && store.how !== 'default' && store.how !== 'fallback'
  if (isOwn && store.kind !== 'file')
    throw new NotPortable(`its sessions are in ${store.via ?? 'a store'}, which all processes share already`)
  return undefined
}

/** `convert(session(…))`: Koa 2 and 3 take ours as it is. */
function withoutConvert(scope: CodeScope, { module, node }: Call): Node {
  const { parent } = node
  const callee = child(parent, 'callee')
  if (parent?.type !== 'CallExpression' || callee === undefined || children(parent, 'arguments').length !== 1)
    return node
  return fullName(scope.evaluator.ask(callee, module)) === 'koa-convert' ? parent : node
}
