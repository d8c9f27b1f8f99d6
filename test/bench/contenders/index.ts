import type { Contender } from '../contender.js'
import { bareKoa } from './bare.js'
import { floor } from './floor.js'
import { koaSessionOnIoredis, koaSessionOnKoaRedis } from './koa-session.js'
import { oursOnFiles, oursOnRedis } from './ours.js'

/** All that are measured. */
export const contenders: readonly Contender[] = [
  bareKoa,
  floor,
  oursOnRedis,
  koaSessionOnIoredis,
  koaSessionOnKoaRedis,
  oursOnFiles,
]

export function contenderNamed(name: string): Contender {
  const found = contenders.find((contender) => contender.name === name)
  if (!found) throw new Error(`no contender is called ${name}`)
  return found
}
