import { type IncomingHttpHeaders, request as plainRequest, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'

/** What was answered. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Its beginning. */
  readonly body: string
  /** ms. */
  readonly took: number
}

export interface Question {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

const longestBody = 256 * 1024

/** Asks on a new connection. @throws Error what the connection failed with, or that nothing came within `limit` ms */
export function exchange({ url, method, headers, body }: Question, limit: number): Promise<Answer> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const options: RequestOptions = { method, agent: false, headers: { ...headers, ...lengthOf(body) } }
    const ask = url.protocol === 'https:' ? tlsRequest : plainRequest
    const call = ask(url, options, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = () => {
        clearTimeout(timer)
        const text = Buffer.concat(chunks).toString('utf8')
        const { statusCode = 0, headers } = response
        resolve({ status: statusCode, headers, body: text, took: performance.now() - began })
        call.destroy()
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        // What comes later, of an endless stream perhaps, tells nothing more.
        if (size > longestBody) done()
      })
      response.on('end', done)
      response.on('error', fail)
    })
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error)
      call.destroy()
    }
    const timer = setTimeout(() => fail(new Silent(limit)), limit)
    call.on('error', fail)
    call.end(body)
  })
}

/** Nothing came, or not all of it. */
export class Silent extends Error {
  override readonly name = 'Silent'

  constructor(limit: number) {
    super(`nothing came within ${Math.round(limit)} ms`)
  }
}

const lengthOf = (body: string | undefined) =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
