import type { SessionFact } from '../facts.js'
import type { Fix } from '../finding.js'
import type { Topology } from '../topology.js'

/** The fix that puts sharedSession() in the place of another session, where a machine can write it. */
export function replaceFix({ port }: SessionFact): Fix {
  return port.edits === undefined ? { grade: 'manual', edits: [] } : { grade: 'review', edits: port.edits }
}

/** How to get there by hand, or what else the change needs. */
export function replaceText({ port, library }: SessionFact, { store, target, needsRedis }: Topology): string {
  const where =
    store === 'redis'
      ? `Sessions then rest in Redis, which all processes reach: set REDIS_URL${needsRedis ? '. A directory is not enough here, since hosts come and go' : ''}.`
      : 'Sessions then rest in files that all processes of this server share; set SESSION_FILE_DIR to a directory that outlives restarts. For a second server use Redis: set REDIS_URL.'
  const install = 'npm install koa-shared-session'
  if (port.edits !== undefined) return `${install}\nPut sharedSession() in the place of ${library}. ${where}`
  const hosts = target.hosts > 1 ? `${target.hosts} hosts` : `${target.workers} workers`
  return `Give the session a store that all ${hosts} share. No machine can write it here, because ${port.why}. In Koa 2 and 3: ${install}, then app.use(sharedSession()). ${where}`
}
