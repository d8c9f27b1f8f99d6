import { child, children, dotted, functionAround, isInside, memberName, type Node } from '../../source/syntax.js'
import { fullName, type Value } from '../../source/value.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import { type Call, isApp, NotPortable } from './given-options.js'

/** The `keys` of sharedSession(): none where SECRET_KEY holds them, else those of the app. @throws NotPortable */
export function keysText(scope: CodeScope, { module, node }: Call): string | undefined {
  const writes = modulesWith(scope, /\.keys\s*=/).flatMap((each) =>
    each.scopes.memberWrites
      .filter(({ target }) => memberName(target) === 'keys' && isApp(child(target, 'object') ?? target))
      .map((write) => ({ module: each, ...write })),
  )
  const [first] = writes
  if (first === undefined) return undefined
  const texts = writes.map((each) => each.module.slice(each.value))
  if (writes.every((each) => isOurs(scope.evaluator.ask(each.value, each.module)))) return undefined
  if (writes.some((each) => /keygrip/i.test(nameOf(scope.evaluator.ask(each.value, each.module)) ?? ''))) {
    const names = new Set(
      texts.flatMap((text) => [...text.matchAll(/process\.env\.(\w+)/g)].map((match) => match[1] ?? '')),
    )
    if (names.size === 0) throw new NotPortable('its keys are a Keygrip')
    return names.has('SECRET_KEY') ? undefined : `[${[...names].map((name) => `process.env.${name}`).join(', ')}]`
  }
  const name = appAt(node) ?? (first.module === module ? dotted(child(first.target, 'object')) : undefined)
  const isBefore = writes.some((each) => each.module !== module || isEarlier(each.node, node))
  if (name === undefined || !isBefore) return undefined
  return /\.[cm]?tsx?$/.test(module.file) ? `${name}.keys as string[]` : `${name}.keys`
}

/** What the guide's own change makes of the keys: SECRET_KEY, which is read without being told. */
function isOurs(value: Value): boolean {
  if (value.kind === 'array') return value.items.every(isOurs)
  if (value.kind === 'literal' || value.kind === 'random' || value.kind === 'undefined') return true
  if (value.kind === 'derived') return value.from.every((each) => each.kind !== 'env' && isOurs(each))
  return value.kind === 'env' && /^(SECRET_KEY|SECRET_KEY_FALLBACKS|OLD_SECRET_KEY)$/.test(value.name)
}

const nameOf = (value: Value) => (value.kind === 'new' || value.kind === 'call' ? fullName(value.callee) : undefined)

/** The app as the call is given it, or as it is used. */
function appAt(node: Node): string | undefined {
  const argument = children(node, 'arguments').find(isApp)
  if (argument !== undefined) return dotted(argument)
  const user = child(node.parent, 'callee')
  return user !== undefined && memberName(user) === 'use' ? dotted(child(user, 'object')) : undefined
}

function isEarlier(write: Node, call: Node): boolean {
  const around = functionAround(write)
  return write.end <= call.start && (around === undefined || isInside(call, around))
}
