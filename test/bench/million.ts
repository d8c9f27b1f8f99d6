/**
 * A million sessions of one server in Redis: what must not grow with them. Run it with `npm run bench:million`; it writes
 * its part of docs/benchmarks.md.
 */
import type { Redis } from 'ioredis'
import { startRedis } from '../servers/redis.js'
import { fieldsOf } from './app.js'
import { memoryOf } from './benchmark.js'
import { oursOnRedis } from './contenders/ours.js'
import { load } from './load.js'
import { type MillionStep, settingNow } from './results.js'
import { type Served, serve } from './served.js'
import { newIds } from './stocks.js'
import { beginSessions } from './workload.js'
import { writeResults } from './written.js'

const visited = 512
/** So many are begun by requests; the others are put straight into the store, which takes less time. */
const byRequests = 100_000
const counts = [1_000, 10_000, 100_000, 500_000, 1_000_000]

const redis = await startRedis()
const admin = redis.client()
const empty = await memoryOf(admin)
const place = { redis: redis.url, directory: '' }
const served = await serve(oursOnRedis, place)
const cookies = await beginSessions(served, 200, visited)
const steps: MillionStep[] = []
for (const [index, sessions] of counts.entries()) {
  const more = sessions - (counts[index - 1] ?? visited)
  if (sessions <= byRequests) await load(served, { path: '/fill/200', cookies: [], requests: more })
  else await oursOnRedis.stock?.(place, { ids: newIds(more), fields: fieldsOf(200) })
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
