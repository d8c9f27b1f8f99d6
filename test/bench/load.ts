import autocannon from 'autocannon'
import type { Served } from './served.js'

/** How a server is loaded. */
export interface Load {
  readonly path: string
  /** The cookies that come, one for each connection in turn; none where there are none. */
  readonly cookies: readonly string[]
  readonly requests: number
  readonly connections: number
}

/** What a server's answers were like. */
export interface Answers {
  /** µs of CPU of the server per request. */
  readonly cpu: number
  /** ms until the answer, as half and as 99 % of the requests met it at the most. */
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
  /** ms the event loop was held at the longest. */
  readonly longestHold: number
}

/** Loads a server, and answers what each request cost. Fails where one was not answered well. */
export async function load(served: Served, { path, cookies, requests, connections }: Load): Promise<Answers> {
  const times: number[] = []
  const before = await served.usage()
  const start = performance.now()
  let next = 0
  const run = autocannon({
    url: served.origin + path,
    amount: requests,
    connections,
    // It looks whether it is done only so often.
    sampleInt: 50,
    setupClient(client) {
      const cookie = cookies[next % cookies.length]
      next += 1
      if (cookie) client.setHeaders({ cookie })
    },
  })
  let refused = 0
  let end = start
  run.on('response', (_client, status, _bytes, time) => {
    if (status !== 200) refused += 1
    times.push(time)
    end = performance.now()
  })
  const { errors } = await run
  const after = await served.usage()
  if (errors > 0 || refused > 0 || times.length !== requests)
    throw new Error(
      `${served.contender.name} did not answer ${path} well: ${refused} refused, ${errors} failed of ${requests}`,
    )
  times.sort((one, other) => one - other)
  return {
    cpu: (after.cpu - before.cpu) / requests,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    perSecond: (requests * 1000) / (end - start),
    longestHold: after.longestHold,
  }
}

const quantile = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
