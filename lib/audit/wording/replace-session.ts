import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Fix } from '../finding.js'
import type { Topology } from '../topology.js'
import { deliveryEdits } from './delivery-edits.js'
import { addPackage } from './packages.js'
import { inProcesses, processCount } from './processes.js'

/** The fix that puts sharedSession() in the place of another session, where a machine can write it. */
export function replaceFix({ port }: SessionFact, facts: Facts, topology: Topology): Fix {
  return port.edits === undefined
    ? { grade: 'manual', edits: [] }
    : { grade: 'review', edits: [...port.edits, ...facts.app.install, ...deliveryEdits(facts, topology)] }
}

/** How to get there by hand, or what else the change needs. */
export function replaceText({ port, library }: SessionFact, { app }: Facts, topology: Topology): string {
  const { store: proposed, needsRedis } = topology
  const where =
    proposed === 'redis'
      ? `Sessions then rest in Redis, which all processes reach: set REDIS_URL${needsRedis ? '. A directory is not enough here, since hosts come and go' : ''}.`
      : 'Sessions then rest in files that all processes of this server share; set SESSION_FILE_DIR to a directory that outlives restarts. For a second server use Redis: set REDIS_URL.'
  if (port.edits !== undefined)
    return `Put sharedSession() in the place of ${library}, and take ${library} out of package.json where nothing else loads it. ${where}\n${onceLoggedOut}`
  const all = processCount(topology) > 1 ? inProcesses(topology) : 'processes'
  const store = theirs[library]
  if (store !== undefined) return `Give ${library} a store that all ${all} share: ${store}.`
  return `Give the session a store that all ${all} share. No machine can write it here, because ${port.why}. By hand, in Koa 2 and 3: \`${addPackage(app)}\`, then \`app.use(${port.call ?? 'sharedSession()'})\`. ${where}\n${onceLoggedOut}`
}

/** What visitors notice of the change. */
const onceLoggedOut =
  'Sessions begin anew with this change: everybody logs in once more. In production the cookie is sent over HTTPS only; where visitors come by plain HTTP, set SESSION_COOKIE_SECURE=false.'

/** Stores of other frameworks. */
const theirs: Readonly<Record<string, string>> = {
  'express-session': 'connect-redis on Redis',
  '@fastify/session': 'connect-redis on Redis, which it takes as it is',
  'fastify-session': 'connect-redis on Redis, after moving on to @fastify/session',
  'next-session': 'connect-redis on Redis, by promisifyStore()',
  'egg-session': 'egg-session-redis, or app.sessionStore on Redis',
  'think-session': 'think-session-redis',
}
