import { posix } from 'node:path'
import type { StoreFact, StoreKind } from '../facts/session.js'
import type { When } from '../facts/when.js'
import type { Place } from '../place.js'
import { child } from '../source/syntax.js'
import { fullName, optionsOf, textOf, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { fieldIn } from './cookie-flags.js'
import { readCustomStore } from './custom-stores.js'
import { isShared, type SessionLibrary, singleProcessDatabase, storeKindOf } from './libraries.js'
import { pathOf } from './served.js'
import { decidingVariable } from './store-condition.js'

const none = { via: undefined, directory: undefined, expires: undefined, expiresAt: undefined } as const

/** What the library does when no store is given. */
export function defaultStore(library: SessionLibrary, place: Place, name: string): StoreFact {
  return { ...none, kind: library.store, shared: isShared(library.store), evidence: [place], how: 'default', via: name }
}

/** Options that the source does not show may name any store. */
export function unreadStore(library: SessionLibrary, place: Place, name: string): StoreFact {
  return { ...defaultStore(library, place, name), kind: 'unknown', shared: undefined }
}

interface Candidate {
  /** The environment variable that chooses it. */
  readonly needs: string | undefined
  readonly fact: StoreFact
  readonly when: When
  readonly off: boolean
}

/** What the value of `store` keeps sessions in. */
export function readStore(scope: CodeScope, value: Value, library: SessionLibrary, call: Place): StoreFact {
  const candidates = optionsOf(value).map(
    (option): Candidate => ({
      needs: decidingVariable(scope.evaluator, option.value.origin),
      fact: readOne(scope, option.value, library, call),
      when: option.when,
      off: option.off === true,
    }),
  )
  return decide(candidates)
}

/** Production's, where the alternatives tell; the shared one with a fallback, where they do not. */
function decide(candidates: readonly Candidate[]): StoreFact {
  const on = candidates.filter(({ off }) => !off)
  const production = on.filter(({ when }) => when === 'production')
  const live = production.length > 0 ? production : on.filter(({ when }) => when === 'any')
  const facts = (live.length > 0 ? live : candidates).map(({ fact }) => fact)
  const [first] = facts
  if (first === undefined) throw new Error('a store without alternatives')
  const shared = facts.find(isGivenStore)
  const memory = facts.find((fact) => fact.kind === 'memory')
  const needs = candidates.find((each) => each.needs !== undefined)?.needs
  if (shared !== undefined) return memory === undefined ? shared : withFallback(shared, memory, shared.shared, needs)
  const ruledOut = candidates.find(({ fact, off }) => off && isGivenStore(fact))?.fact
  if (memory !== undefined && ruledOut !== undefined) return withFallback(ruledOut, memory, false, needs)
  return facts.find((fact) => fact.kind !== 'unknown') ?? first
}

const isGivenStore = ({ kind, how }: StoreFact) => kind !== 'memory' && kind !== 'unknown' && how !== 'default'

/** A shared store, and memory where a setting does not ask for it. */
function withFallback(
  shared: StoreFact,
  memory: StoreFact,
  isShared: boolean | undefined,
  needs: string | undefined,
): StoreFact {
  return { ...shared, how: 'fallback', shared: isShared, needs, evidence: [...shared.evidence, ...memory.evidence] }
}

function readOne(scope: CodeScope, value: Value, library: SessionLibrary, call: Place): StoreFact {
  const place = value.origin.module.at(value.origin.node)
  if (value.kind === 'undefined' || (value.kind === 'literal' && !value.value))
    return { ...defaultStore(library, call, ''), via: undefined }
  const name = storeName(scope, value)
  const kind = name === undefined ? undefined : storeKindOf(name)
  if (name !== undefined && kind !== undefined) return known(scope, value, kind, name, place)
  return (
    readCustomStore(scope, value, place) ?? {
      ...none,
      kind: 'unknown',
      shared: undefined,
      evidence: [place],
      how: 'given',
      via: name,
    }
  )
}

function known(scope: CodeScope, value: Value, kind: StoreKind, name: string, place: Place): StoreFact {
  const how = singleProcessDatabase.test(name) ? 'single-process-database' : 'given'
  return {
    ...none,
    kind,
    shared: how === 'given' && isShared(kind),
    evidence: [place],
    how,
    via: name,
    directory: kind === 'file' ? directoryOf(scope, value, place) : undefined,
  }
}

/**
 * The name of what makes the store: `koa-redis`, `connect-redis.RedisStore`, also behind `require('connect-redis')(session)` and
 * `new TypeormStore().connect(repository)`.
 */
function storeName(scope: CodeScope, value: Value): string | undefined {
  if (value.kind !== 'call' && value.kind !== 'new') return fullName(value)
  return fullName(value.callee) ?? storeName(scope, value.callee) ?? ownerName(scope, value)
}

/** What makes the object whose method answers the store. */
function ownerName(scope: CodeScope, { origin: { module, node } }: Value): string | undefined {
  const called = child(node, 'callee')
  const owner = called?.type === 'MemberExpression' ? child(called, 'object') : undefined
  const made = owner && scope.evaluator.ask(owner, module)
  return made?.kind === 'new' ? storeName(scope, made) : undefined
}

function directoryOf(scope: CodeScope, value: Value, place: Place): StoreFact['directory'] {
  const options = value.kind === 'call' || value.kind === 'new' ? value.arguments[0] : undefined
  const given =
    options &&
    fieldIn(scope.evaluator.ask(options, value.origin.module), [
      'path',
      'directory',
      'dir',
      'sessionDirectory',
      'folder',
    ])
  const interval = options && fieldIn(scope.evaluator.ask(options, value.origin.module), ['reapInterval'])
  const pruned = textOf(interval?.value) === '-1' ? false : undefined
  if (given === undefined) return { path: posix.join(scope.dir, 'sessions'), place, pruned }
  return { path: pathOf(scope, given.value), place: given.module.at(given.node), pruned }
}
