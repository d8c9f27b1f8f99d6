import type { SecretFact } from '../facts/secret.js'
import type { When } from '../facts/when.js'
import type { Place } from '../place.js'
import { whenAround } from '../source/environment.js'
import { functionAround } from '../source/syntax.js'
import { type Option, optionsOf, tooDeep, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { type Sink, unkeyed } from './secret-sinks.js'
import { literalIn, randomIn, readIn, variableOf } from './secrets/made-of.js'
import { onceOf } from './secrets/made-once.js'
import { countOf, shapeOf } from './secrets/shape.js'
import { sinkFact } from './secrets/sink-fact.js'
import { missing, ours } from './secrets/unset-keys.js'
import { isGuarded, otherUses } from './secrets/variable-uses.js'
import type { SessionCall } from './sessions.js'
import { decidingVariable } from './store-condition.js'

/** The keys that reach a sink, one fact a key and environment, and `missing` where cookies are signed without one. */
export function readSecrets(scope: CodeScope, sinks: readonly Sink[], calls: readonly SessionCall[]): SecretFact[] {
  const found = sinks.flatMap((sink) => fromSink(scope, sink))
  const distinct = found.filter(
    (fact, index) =>
      found.findIndex(
        (other) => other.kind === fact.kind && samePlace(other.place, fact.place) && other.when === fact.when,
      ) === index,
  )
  const kept = distinct.filter((fact) => !isBlank(fact, distinct))
  return [...kept, ...missing(sinks, calls, kept), ...ours(calls)]
}

/** An empty text beside a variable: what stands in the settings until the variable is set. */
const isBlank = ({ value, variable, sink }: SecretFact, all: readonly SecretFact[]) =>
  value === '' &&
  variable === undefined &&
  all.some((other) => other.variable !== undefined && samePlace(other.sink.place, sink.place))

const samePlace = (a: Place, b: Place) => a.file === b.file && a.start === b.start

type Common = Pick<SecretFact, 'sink' | 'shape' | 'keys'>

function fromSink(scope: CodeScope, sink: Sink): SecretFact[] {
  const value = unkeyed(scope, sink.value)
  const common = {
    sink: sinkFact(sink.name, sink.module, sink.node, scope.modules),
    shape: shapeOf(sink, value),
    keys: countOf(value),
  }
  const around = whenAround(sink.node, sink.module)
  return optionsPerKey(scope, value).flatMap((option) =>
    factsOf(scope, sink, common, around === 'any' ? option : { ...option, when: around }).map((fact) => ({
      ...fact,
      leftOut: isLeftOut(scope, sink, value, option.value),
    })),
  )
}

/** Whether the list goes without this key where its variable is unset. */
function isLeftOut(scope: CodeScope, sink: Sink, list: Value, key: Value): boolean {
  const texts = [sink.module.slice(sink.node), list.origin.module.slice(list.origin.node)]
  const variable = variableOf(key)
  return (
    texts.some((text) => /\.filter\(/.test(text)) ||
    (variable !== undefined && decidingVariable(scope.evaluator, key.origin) === variable)
  )
}

/** Each key with its alternatives; `env || fallback` stays together. */
function optionsPerKey(scope: CodeScope, value: Value, when: When = 'any'): Option[] {
  const inner = unkeyed(scope, value)
  if (inner.kind === 'array') return inner.items.flatMap((item) => optionsPerKey(scope, item, when))
  if (inner.kind === 'either' && !isFallback(inner))
    return inner.options.flatMap((option) =>
      optionsPerKey(scope, option.value, option.when === 'any' ? when : option.when),
    )
  if (inner.kind === 'derived' && inner.from.length === 1 && inner.from[0]?.kind === 'either')
    return optionsPerKey(scope, inner.from[0], when)
  return [{ value: inner, when }]
}

/** `env || x`, or a function that answers one or the other. */
const isFallback = (value: Value & { kind: 'either' }) =>
  (value.how !== '?:' || value.options.every(({ when }) => when === 'any')) &&
  value.options[0] !== undefined &&
  value.options[0].value.kind !== 'either' &&
  variableOf(value.options[0].value) !== undefined

function factsOf(scope: CodeScope, sink: Sink, common: Common, { value, when }: Option): SecretFact[] {
  const place = value.origin.module.at(value.origin.node)
  const base: SecretFact = {
    ...common,
    kind: 'unknown',
    when,
    place,
    value: undefined,
    variable: undefined,
    fallback: undefined,
    via: undefined,
    guarded: false,
    once: undefined,
    alsoUsedBy: [],
  }
  if (value.kind === 'either') return withFallback(scope, base, value)
  const variable = variableOf(value)
  if (variable !== undefined) return [fromEnvironment(scope, base, variable)]
  const random = randomIn(value)
  if (random !== undefined)
    return [
      {
        ...base,
        kind: 'random',
        via: random.via,
        place: random.origin.module.at(random.origin.node),
        once: onceOf(random),
      },
    ]
  const literal = literalIn(value)
  if (literal !== undefined)
    return [
      {
        ...base,
        kind: isConfigured(sink, literal) ? 'config-file' : 'literal',
        value: String(literal.value),
        place: literal.origin.module.at(literal.origin.node),
      },
    ]
  if (value.kind === 'undefined' || (value.kind === 'literal' && value.value === null)) return []
  const read = readIn(value)
  if (read !== undefined) return [{ ...base, kind: 'config-file', place: read.origin.module.at(read.origin.node) }]
  if (
    value.kind === 'unknown' &&
    value.why !== tooDeep &&
    (/not in the repository/.test(value.why) || isConfigured(sink, value))
  )
    return [{ ...base, kind: 'config-file', place: common.sink.place }]
  return [base]
}

/** `env || 'dev'` is one key with a default; `env || random()` is a key, and another in each process. */
function withFallback(scope: CodeScope, base: SecretFact, value: Value & { kind: 'either' }): SecretFact[] {
  const [first, ...others] = value.options
  const variable = first && variableOf(first.value)
  if (first === undefined || variable === undefined) return [base]
  const env = fromEnvironment(
    scope,
    { ...base, place: first.value.origin.module.at(first.value.origin.node) },
    variable,
  )
  const rest = others.flatMap((option) => optionsOf(option.value, option.when)).flatMap(itemsOf)
  for (const { value: fallback, when } of rest) {
    const random = randomIn(fallback)
    if (random !== undefined) {
      const at = random.origin.module.at(random.origin.node)
      const both = { kind: 'random', value: undefined, place: at } as const
      return [
        { ...env, fallback: both },
        {
          ...base,
          kind: 'random',
          via: random.via,
          place: at,
          variable,
          once: onceOf(random),
          when: when === 'any' ? base.when : when,
        },
      ]
    }
    const literal = literalIn(fallback)
    if (literal !== undefined && String(literal.value) !== '') {
      const at = literal.origin.module.at(literal.origin.node)
      const isHelper = !first.value.origin.module.slice(first.value.origin.node).includes(variable)
      return [
        {
          ...env,
          ...(isHelper && { place: at, guarded: env.guarded || refusesInProduction(first.value) }),
          kind: 'env-with-default',
          fallback: { kind: 'literal', value: String(literal.value), place: at },
          when: when === 'any' ? base.when : when,
        },
      ]
    }
  }
  const [read] = rest.flatMap(({ value: fallback }) => readIn(fallback) ?? [])
  if (read === undefined) return [env]
  const file = { kind: 'unknown', value: undefined, place: read.origin.module.at(read.origin.node) } as const
  return [{ ...env, fallback: file }]
}

/** Each of a list of keys. */
const itemsOf = ({ value, when }: Option): Option[] =>
  value.kind === 'array' ? value.items.map((item) => ({ value: item, when })) : [{ value, when }]

/** A helper of the app that throws in production where the variable is unset. */
function refusesInProduction({ origin: { module, node } }: Value): boolean {
  const around = functionAround(node)
  return around !== undefined && /throw|exit\(/.test(module.slice(around)) && /production/i.test(module.slice(around))
}

function fromEnvironment(scope: CodeScope, base: SecretFact, variable: string): SecretFact {
  return { ...base, kind: 'env', variable, guarded: isGuarded(scope, variable), alsoUsedBy: otherUses(scope, variable) }
}

/** The literal stands in a file of settings, not beside its use. */
function isConfigured(sink: Sink, { origin }: Value): boolean {
  const { file } = origin.module
  if (file.endsWith('.json')) return true
  return (
    file !== sink.module.file &&
    /(^|[/._-])(config|configs|configuration|conf|settings?|environments?|env|constants?|keys|secrets?)([/._-]|$)/i.test(
      file,
    )
  )
}
