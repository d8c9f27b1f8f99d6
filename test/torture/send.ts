import { request } from 'node:http'

/** A response as it came over the wire; status 599 stands for none at all. */
export interface Raw {
  status: number
  body: string
  setCookies: string[]
  /** What our own app said of the session: the events of this request. */
  told: string
}

const longestAnswer = 60_000

/** Sends a GET over a connection of its own, so that requests spread over the workers. */
export function send(port: number, path: string, cookie: string): Promise<Raw> {
  return new Promise((resolve) => {
    const none = (why: unknown) => resolve({ status: 599, body: String(why), setCookies: [], told: '' })
    const headers = { connection: 'close', ...(cookie && { cookie }) }
    const asked = request(
      { host: '127.0.0.1', port, path, agent: false, headers, timeout: longestAnswer },
      (answer) => {
        let body = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          body += part
        })
        answer.on('error', none)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 599,
            body,
            setCookies: answer.headers['set-cookie'] ?? [],
            told: String(answer.headers['x-session-events'] ?? ''),
          }),
        )
      },
    )
    asked.on('timeout', () => asked.destroy(new Error('no answer in a minute')))
    asked.on('error', none)
    asked.end()
  })
}
