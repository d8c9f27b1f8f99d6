/**
 * A million sessions of one server in Redis: what must not grow with them. Run it with `npm run bench:million`; it writes
 * its part of docs/benchmarks.md.
 */
import type { Redis } from 'ioredis'
import { startRedis } from '../servers/redis.js'
import { memoryOf } from './benchmark.js'
import { oursOnRedis } from './contenders/ours.js'
import { load } from './load.js'
import { type MillionStep, settingNow } from './results.js'
import { type Served, serve } from './served.js'
import { beginSessions } from './workload.js'
import { writeResults } from './written.js'

const visited = 512
const counts = [1_000, 100_000, 250_000, 500_000, 750_000, 1_000_000]

const redis = await startRedis()
const admin = redis.client()
const empty = await memoryOf(admin)
const served = await serve(oursOnRedis, { redis: redis.url, directory: '' })
const cookies = await beginSessions(served, 200, visited)
const steps: MillionStep[] = []
for (const [index, sessions] of counts.entries()) {
  await load(served, { path: '/fill/200', cookies: [], requests: sessions - (counts[index - 1] ?? visited) })
  steps.push(await stepAt(sessions, served, admin))
  console.log(new Date().toISOString(), sessions)
}
await served.stop()
admin.disconnect()
await redis.stop()
writeResults({ million: { setting: settingNow(), steps } })

async function stepAt(sessions: number, served: Served, admin: Redis): Promise<MillionStep> {
  const { cpu, p50, p99 } = await load(served, { path: '/read', cookies, requests: 10_000 })
  const redisBytes = Math.round(((await memoryOf(admin)) - empty) / sessions)
  const { resident, heap } = await served.usageCollected()
  return { sessions, redisBytes, resident, heap, cpu, p50, p99 }
}
