import type { Contender } from '../contender.js'
import { bareExpress } from './bare-express.js'
import { bareFastify } from './bare-fastify.js'
import { bareHono } from './bare-hono.js'
import { bareKoa } from './bare-koa.js'
import { byHandOnFiles, byHandOnRedis } from './by-hand.js'
import { expressOnFiles, expressOnRedis } from './express-session.js'
import { fastifyOnRedis } from './fastify-session.js'
import { honoOnRedis } from './hono-sessions.js'
import { ironSession } from './iron-session.js'
import { koaGenericSession } from './koa-generic-session.js'
import { koaSessionLocal, koaSessionOnIoredis, koaSessionOnKoaRedis } from './koa-session.js'
import { oursInMemory, oursOnFiles, oursOnRedis } from './ours.js'

/**
 * What is compared with each other, and the bare framework of each: those of a group are measured in turn, and no others
 * run beside them, whose idle processes would take the machine's caches.
 */
export const groups: readonly (readonly Contender[])[] = [
  [bareKoa, byHandOnRedis, oursOnRedis, koaSessionOnIoredis, koaSessionOnKoaRedis, koaGenericSession],
  [bareExpress, bareFastify, bareHono, expressOnRedis, fastifyOnRedis, honoOnRedis],
  [bareKoa, bareExpress, byHandOnFiles, oursOnFiles, expressOnFiles, oursInMemory, koaSessionLocal, ironSession],
]

const isBare = ({ store }: Contender) => store === 'none'

/** All that are measured: those without sessions, then those on Redis, then those on files and elsewhere. */
export const contenders: readonly Contender[] = [...new Set(groups.flat())].sort(
  (one, other) => Number(isBare(other)) - Number(isBare(one)),
)
