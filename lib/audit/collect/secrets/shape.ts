import type { SecretFact } from '../../facts/secret.js'
import { optionsOf, type Value } from '../../source/value.js'
import type { Sink } from '../secret-sinks.js'

/** What the place gets: Koa wants an array of strings. */
export function shapeOf(sink: Sink, value: Value): SecretFact['shape'] {
  const inner = optionsOf(value)[0]?.value ?? value
  switch (inner.kind) {
    case 'array':
      if (inner.items.some(isListInside)) return 'nested'
      return inner.items.length === 0 && !inner.open ? 'empty' : 'array'
    case 'literal':
      return inner.value === null ? 'null' : typeof inner.value === 'string' ? 'string' : 'unknown'
    case 'undefined':
      return 'undefined'
    case 'env':
      return 'string'
    case 'derived':
      if (inner.via === 'split' || inner.via === 'map' || inner.via === 'filter')
        return isOptional(sink, value) ? 'array' : 'unsplit'
      return stringMaking.test(inner.via) ? 'string' : 'unknown'
    case 'random':
      return 'string'
    default:
      return 'unknown'
  }
}

/** A list that is an item itself, not spread into the list around it. */
const isListInside = (item: Value) =>
  item.origin.node.parent?.type !== 'SpreadElement' && optionsOf(item).every((option) => isList(option.value))

const isList = (value: Value) => value.kind === 'array' || (value.kind === 'derived' && value.via === 'split')

const stringMaking =
  /^(template|\+|trim|join|repeat|replace(All)?|slice|sub(str|string)|pad(Start|End)|to(Lower|Upper)Case|toString|digest)$/

/** `env?.split`, or a fallback beside it. */
const isOptional = (sink: Sink, { origin }: Value) =>
  [sink.module.slice(sink.node), origin.module.slice(origin.node)].some((text) => /\?\.|\|\||\?\?/.test(text))

/** How many keys the place gets, where it can be told. */
export function countOf(value: Value): number | undefined {
  const inner = optionsOf(value)[0]?.value ?? value
  if (inner.kind === 'array') return inner.open ? undefined : inner.items.length
  return inner.kind === 'literal' || inner.kind === 'env' || inner.kind === 'random' ? 1 : undefined
}
