import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'

/** Lets every HTTP/1 response say in a header which worker it is from: its place, from 1 on. */
export function nameWorker(header: string, place: string): void {
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse }
    response.setHeader(header, place)
  })
}
