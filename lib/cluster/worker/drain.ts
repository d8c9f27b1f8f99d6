import { Server } from 'node:net'
import type { Responses } from './responses.js'
import { isHttp, type Servers } from './servers.js'

const lookAgain = 100

/**
 * Stops taking connections, and resolves when the last one has ended in order.
 *
 * The close of http would end every connection that is idle at this instant, one whose request is on its way included
 * (Node 19 and later: 5 to 30 of 22000 requests failed in each of six runs). So the close is net's, each answer from now
 * on ends its connection, and only what has stayed idle for `idle` ms is closed.
 */
export async function drainServers({ all, sessions }: Servers, responses: Responses, idle: number): Promise<void> {
  const began = performance.now()
  const closed = Promise.all([...all].map(stopListening))
  responses.closeConnections()
  for (const session of sessions) session.close()
  const timer = setInterval(() => {
    if (performance.now() - began < idle || responses.sinceLastKept() < idle) return
    for (const server of all) if (isHttp(server)) server.closeIdleConnections()
  }, lookAgain)
  await closed
  clearInterval(timer)
}

/** Ends every connection, whatever is under way. */
export function cutOff({ all }: Servers): void {
  for (const server of all) if (isHttp(server)) server.closeAllConnections()
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => Server.prototype.close.call(server, () => resolve()))
}
