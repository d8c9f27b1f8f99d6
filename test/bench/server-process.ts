/** The process of one contender: serves its app, and answers its parent what that has cost. */
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { respond } from './app.js'
import type { Contender } from './contender.js'

/** What a server process has used since it started, and since it was asked the last time. */
export interface Usage {
  /** µs of CPU, of all its threads, since it started. */
  readonly cpu: number
  /** Bytes in memory now. */
  readonly resident: number
  readonly heap: number
  /** ms the event loop was held at the longest since it was asked the last time. */
  readonly longestHold: number
}

const [, , module = '', name = '', redis = '', directory = ''] = process.argv
process.env.NODE_ENV = 'production'
const exported: Record<string, Contender> = await import(module)
const contender = Object.values(exported).find((each) => each.name === name)
if (!contender) throw new Error(`${module} exports no contender that is called ${name}`)
const server = createServer(await contender.mount({ redis, directory }, respond))
const resolution = 5
const delay = monitorEventLoopDelay({ resolution })
delay.enable()

process.on('message', (question) => {
  if (question === 'collect') globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const usage: Usage = { cpu: user + system, resident: rss, heap: heapUsed, longestHold: delay.max / 1e6 - resolution }
  delay.reset()
  process.send?.(usage)
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : undefined)
})
