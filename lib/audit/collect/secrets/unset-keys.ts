import type { SecretFact } from '../../facts/secret.js'
import { optionsOf } from '../../source/value.js'
import { fieldIn } from '../cookie-flags.js'
import type { Sink } from '../secret-sinks.js'
import type { SessionCall } from '../sessions.js'
import { shapeOf } from './shape.js'
import { sinkFact } from './sink-fact.js'

/** sharedSession() without `keys` takes SECRET_KEY, and stops the start in production where it is unset. */
export function ours(calls: readonly SessionCall[]): SecretFact[] {
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
export function missing(
  sinks: readonly Sink[],
  calls: readonly SessionCall[],
  found: readonly SecretFact[],
): SecretFact[] {
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
