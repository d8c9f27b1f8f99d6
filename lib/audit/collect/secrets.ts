import type { SecretFact, SinkFact } from '../facts/secret.js'
import type { When } from '../facts/when.js'
import type { Place } from '../place.js'
import { whenAround } from '../source/environment.js'
import type { Module } from '../source/modules.js'
import { above, child, dotted, functionAround, type Node, statementAround } from '../source/syntax.js'
import { type Option, optionsOf, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { fieldIn } from './cookie-flags.js'
import { type Sink, unkeyed } from './secret-sinks.js'
import type { SessionCall } from './sessions.js'

/** The keys that reach a sink, one fact a key and environment, and `missing` where cookies are signed without one. */
export function readSecrets(scope: CodeScope, sinks: readonly Sink[], calls: readonly SessionCall[]): SecretFact[] {
  const found = sinks.flatMap((sink) => fromSink(scope, sink))
  const distinct = found.filter(
    (fact, index) =>
      found.findIndex(
        (other) => other.kind === fact.kind && samePlace(other.place, fact.place) && other.when === fact.when,
      ) === index,
  )
  return [...distinct, ...missing(sinks, calls, distinct), ...ours(calls)]
}

const samePlace = (a: Place, b: Place) => a.file === b.file && a.start === b.start

function sinkFact(name: string, module: Module, node: Node): SinkFact {
  const statement = statementAround(node)
  const indent = /[ \t]*$/.exec(module.text.slice(0, statement.start))?.[0] ?? ''
  return {
    name,
    place: module.at(node),
    statement: module.at(statement),
    indent,
    semicolon: /;\s*$/m.test(module.text),
  }
}

type Common = Pick<SecretFact, 'sink' | 'shape' | 'keys'>

function fromSink(scope: CodeScope, sink: Sink): SecretFact[] {
  const value = unkeyed(scope, sink.value)
  const common = {
    sink: sinkFact(sink.name, sink.module, sink.node),
    shape: shapeOf(sink, value),
    keys: countOf(value),
  }
  const around = whenAround(sink.node, sink.module)
  return optionsPerKey(scope, value).flatMap((option) =>
    factsOf(scope, sink, common, around === 'any' ? option : { ...option, when: around }),
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
  if (value.kind === 'unknown' && (/not in the repository/.test(value.why) || isConfigured(sink, value)))
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
  const rest = others.flatMap((option) => optionsOf(option.value, option.when))
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
          ...(isHelper && { place: at }),
          kind: 'env-with-default',
          fallback: { kind: 'literal', value: String(literal.value), place: at },
          when: when === 'any' ? base.when : when,
        },
      ]
    }
  }
  return [env]
}

function fromEnvironment(scope: CodeScope, base: SecretFact, variable: string): SecretFact {
  return { ...base, kind: 'env', variable, guarded: isGuarded(scope, variable), alsoUsedBy: otherUses(scope, variable) }
}

/** The environment variable that the value is, or is made of. */
function variableOf(value: Value): string | undefined {
  if (value.kind === 'env') return value.name
  if (value.kind === 'derived') return value.from.map(variableOf).find((name) => name !== undefined)
  return undefined
}

function randomIn(value: Value): (Value & { kind: 'random' }) | undefined {
  if (value.kind === 'random') return value
  const inside = value.kind === 'derived' ? value.from : value.kind === 'array' ? value.items : []
  return inside.map(randomIn).find((found) => found !== undefined)
}

function literalIn(value: Value): (Value & { kind: 'literal' }) | undefined {
  if (value.kind === 'literal')
    return typeof value.value === 'string' || typeof value.value === 'number' ? value : undefined
  if (value.kind !== 'derived') return undefined
  return value.from.map(literalIn).find((found) => found !== undefined)
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

/** Made where only the primary runs, or kept in a file for the next start. */
function onceOf({ origin }: Value & { kind: 'random' }): SecretFact['once'] {
  const { module, node } = origin
  for (let test = above(node, 'IfStatement'); test !== undefined; test = above(test, 'IfStatement')) {
    const condition = child(test, 'test')
    if (condition && /isPrimary|isMaster/.test(module.slice(condition))) return 'primary'
  }
  const around = functionAround(node)
  if (around !== undefined) return writes.test(module.slice(around)) ? 'file' : undefined
  const name = dotted(child(above(node, 'VariableDeclarator'), 'id'))
  const written = name !== undefined && new RegExp(`${writes.source}\\w*\\s*\\([^;]*\\b${name}\\b`).test(module.text)
  return written ? 'file' : undefined
}

const writes = /writeFile|outputFile|appendFile|outputJson|writeJson/

function isGuarded(scope: CodeScope, variable: string): boolean {
  const pattern = new RegExp(
    `(!|assert\\w*\\(|ok\\(|requireEnv\\w*\\(['"\`]|require[dD]\\w*\\(['"\`]|mustGet\\w*\\(['"\`])\\s*(process\\.env\\.|env\\.)?${variable}\\b[\\s\\S]{0,160}?(throw|exit|assert|Error|\\))`,
  )
  return scope.server.some((file) => {
    const text = scope.modules.project.text(file)
    return text?.includes(variable) === true && pattern.test(text) && /throw|exit\(|assert|envalid|zod|joi/i.test(text)
  })
}

const otherUse = /(jwt\.(?:sign|verify)|createHmac|createCipheriv|jsonwebtoken)/

function otherUses(scope: CodeScope, variable: string): SecretFact['alsoUsedBy'] {
  return scope.server.flatMap((file) => {
    const text = scope.modules.project.text(file)
    if (text === undefined || !text.includes(variable)) return []
    const use = new RegExp(`${otherUse.source}\\s*\\([^;]{0,120}\\b${variable}\\b`).exec(text)
    const module = use && scope.modules.get(file)
    return use && module
      ? [{ what: use[1] ?? '', place: module.at({ start: use.index, end: use.index + (use[1] ?? '').length }) }]
      : []
  })
}

function shapeOf(sink: Sink, value: Value): SecretFact['shape'] {
  const inner = optionsOf(value)[0]?.value ?? value
  switch (inner.kind) {
    case 'array':
      return inner.items.length === 0 && !inner.open ? 'empty' : 'array'
    case 'literal':
      return inner.value === null ? 'null' : typeof inner.value === 'string' ? 'string' : 'unknown'
    case 'undefined':
      return 'undefined'
    case 'env':
      return 'string'
    case 'derived':
      if (inner.via === 'split' || inner.via === 'map' || inner.via === 'filter')
        return isOptional(sink) ? 'array' : 'unsplit'
      return inner.via === 'template' || inner.via === 'trim' || inner.via === '+' ? 'string' : 'unknown'
    case 'random':
      return 'string'
    default:
      return 'unknown'
  }
}

/** `env?.split`, or a fallback beside it. */
const isOptional = (sink: Sink) => /\?\.|\|\||\?\?/.test(sink.module.slice(sink.node))

function countOf(value: Value): number | undefined {
  const inner = optionsOf(value)[0]?.value ?? value
  if (inner.kind === 'array') return inner.open ? undefined : inner.items.length
  return inner.kind === 'literal' || inner.kind === 'env' || inner.kind === 'random' ? 1 : undefined
}

/** sharedSession() without `keys` takes SECRET_KEY, and stops the start in production where it is unset. */
function ours(calls: readonly SessionCall[]): SecretFact[] {
  return calls
    .filter(({ name, options }) => name === 'koa-shared-session' && fieldIn(options, ['keys']) === undefined)
    .map(({ module, node, fact: { place } }) => ({
      kind: 'env',
      when: 'any',
      place,
      sink: sinkFact('sharedSession', module, node),
      value: undefined,
      variable: 'SECRET_KEY',
      fallback: undefined,
      via: undefined,
      shape: 'array',
      keys: undefined,
      guarded: true,
      once: undefined,
      alsoUsedBy: [],
    }))
}

/** A session that signs by `app.keys`, and nothing that sets them: at all, or in production. */
function missing(sinks: readonly Sink[], calls: readonly SessionCall[], found: readonly SecretFact[]): SecretFact[] {
  const call = calls.find(({ library, fact }) => library.usesAppKeys && fact.signed === true)
  if (call === undefined) return []
  const koaSinks = sinks.filter((sink) => sink.isKoa)
  const isSet = found.some(({ when }) => when === 'any' || when === 'production')
  if (isSet) return []
  const decided = koaSinks.every(({ value }) =>
    optionsOf(value).every((option) => option.value.kind !== 'unknown' && option.value.kind !== 'call'),
  )
  if (!decided) return []
  const place = call.fact.place
  const shape = koaSinks[0] === undefined ? 'undefined' : shapeOf(koaSinks[0], koaSinks[0].value)
  return [
    {
      kind: 'missing',
      when: found.length === 0 ? 'any' : 'production',
      place,
      sink: sinkFact('app.keys', call.module, call.node),
      value: undefined,
      variable: undefined,
      fallback: undefined,
      via: undefined,
      shape,
      keys: 0,
      guarded: false,
      once: undefined,
      alsoUsedBy: [],
    },
  ]
}
