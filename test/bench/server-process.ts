/** The process of one contender: serves its app, and answers its parent what that has cost. */
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { respond } from './app.js'
import { contenderNamed } from './contenders/index.js'

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

const [, , name = '', redis = '', directory = ''] = process.argv
process.env.NODE_ENV = 'production'
const server = createServer(await contenderNamed(name).mount({ redis, directory }, respond))
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const usage: Usage = { cpu: user + system, resident: rss, heap: heapUsed, longestHold: delay.max / 1e6 }
  delay.reset()
  process.send?.(usage)
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : undefined)
})
