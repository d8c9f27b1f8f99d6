import type { Peer } from '../peer.js'
import { expressOnFiles } from './express-files.js'
import { expressOnRedis } from './express-redis.js'
import { fastifyOnRedis } from './fastify-redis.js'
import { koaGenericSession } from './koa-generic-session.js'
import { koaSession } from './koa-session.js'
import { oursOnFiles, oursOnRedis } from './ours.js'

/** All that are compared, ours first. */
export const peers: readonly Peer[] = [
  oursOnRedis,
  oursOnFiles,
  koaSession,
  koaGenericSession,
  expressOnRedis,
  expressOnFiles,
  fastifyOnRedis,
]

export function peerNamed(name: string): Peer {
  const found = peers.find((peer) => peer.name === name)
  if (!found) throw new Error(`no peer is called ${name}`)
  return found
}
