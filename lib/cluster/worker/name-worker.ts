import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import onHeaders from 'on-headers'

/**
 * Lets every HTTP/1 response say in a header which worker it is from: its place, from 1 on. Set when the headers are
 * sent, since Koa takes those from before away where it answers with an error.
 */
export function nameWorker(header: string, place: string): void {
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse }
    onHeaders(response, () => response.setHeader(header, place))
  })
}
