import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'

/** The HTTP/1 responses that are under way. */
export interface Responses {
  /** From now on every response closes its connection, those under way too where their headers are still to come. */
  closeConnections(): void
  /** ms since the last response ended that could not close its connection any more. */
  sinceLastKept(): number
}

/** Follows responses by Node's own channel, so that no listener of the app is disturbed. */
export function followResponses(): Responses {
  const underWay = new Set<ServerResponse>()
  let closing = false
  let lastKept = Number.NEGATIVE_INFINITY
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse }
    if (closing) response.shouldKeepAlive = false
    underWay.add(response)
    response.once('close', () => {
      underWay.delete(response)
      if (closing && response.shouldKeepAlive) lastKept = performance.now()
    })
  })
  return {
    closeConnections() {
      closing = true
      for (const response of underWay) if (!response.headersSent) response.shouldKeepAlive = false
    },
    sinceLastKept: () => performance.now() - lastKept,
  }
}
