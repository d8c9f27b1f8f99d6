import type { Place } from '../place.js'

export interface RedisServerFact {
  readonly name: string
  readonly place: Place
  readonly published: { readonly text: string; readonly allInterfaces: boolean; readonly place: Place } | undefined
  readonly password: boolean | undefined
  /** maxmemory-policy. */
  readonly policy: { readonly value: string; readonly place: Place } | undefined
  readonly persistent: boolean | undefined
}

export interface RedisClientFact {
  readonly library: 'redis' | 'ioredis' | 'koa-redis' | 'other'
  readonly major: number | undefined
  readonly place: Place
  readonly name: string | undefined
  /** The address as read; credentials included, so never printed. */
  readonly url: string | undefined
  readonly usedBySession: boolean
  readonly connects: boolean | undefined
  readonly errorListener: boolean | undefined
  readonly inHandler: boolean
  readonly quits: boolean | undefined
  /** FLUSHALL, FLUSHDB, KEYS *. */
  readonly flushes: Place | undefined
  readonly statementEnd: number
}
