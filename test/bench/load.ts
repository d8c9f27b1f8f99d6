import autocannon from 'autocannon'
import type { Served } from './served.js'

/** How a server is loaded. */
export interface Load {
  readonly path: string
  /** The cookies that come, dealt out to the connections; none where there are none. */
  readonly cookies: readonly string[]
  readonly requests: number
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

/** How many visitors ask at once, each as soon as it was answered. */
export const connections = 32

/** Loads a server, and answers what each request cost. Fails where one was not answered well. */
export async function load(served: Served, { path, cookies, requests }: Load): Promise<Answers> {
  const before = await served.usage()
  const start = performance.now()
  const { times, end } = await run(served, { path, cookies, requests })
  const after = await served.usage()
  times.sort((one, other) => one - other)
  return {
    cpu: (after.cpu - before.cpu) / requests,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    perSecond: (requests * 1000) / (end - start),
    longestHold: after.longestHold,
  }
}

/** The time that each request took, and when the last was answered, both in ms. */
async function run({ origin, contender }: Served, { path, cookies, requests }: Load) {
  const times: number[] = []
  let [refused, end, next] = [0, 0, 0]
  const running = autocannon({
    url: origin + path,
    amount: requests,
    connections: Math.min(connections, requests),
    // It looks whether it is done only so often.
    sampleInt: 20,
    setupClient(client) {
      const own = cookies.filter((_, index) => index % connections === next % Math.min(connections, cookies.length))
      next += 1
      if (own.length > 0) client.setRequests(own.map((cookie) => ({ headers: { cookie } })))
    },
  })
  running.on('response', (_client, status, _bytes, time) => {
    if (status !== 200) refused += 1
    times.push(time)
    end = performance.now()
  })
  const { errors } = await running
  if (errors > 0 || refused > 0 || times.length !== requests)
    throw new Error(
      `${contender.name} did not answer ${path} well: ${refused} refused, ${errors} failed, ${times.length} answered of ${requests}`,
    )
  return { times, end }
}

const quantile = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
