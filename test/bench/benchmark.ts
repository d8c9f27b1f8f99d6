import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { versionOf } from '../markdown-table.js'
import { freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { measureAnonymous } from './anonymous.js'
import { measureCleanUp } from './clean-up.js'
import type { Contender, Framework } from './contender.js'
import { contenders, groups } from './contenders/index.js'
import { type Answers, connections, load } from './load.js'
import { commandsOf } from './redis-commands.js'
import { type BenchResults, type ContenderResults, type Figures, settingNow } from './results.js'
import { type Course, type Extent, type Measured, measure, median } from './rounds.js'
import { type Served, serve } from './served.js'
import { measureStocks } from './stocks.js'
import { cookiesFor, type Workload, workloads } from './workload.js'

/** How much `benchmark` measures. */
export interface BenchExtent extends Extent {
  /** How many sessions are in the store, one after the other. */
  readonly stocks: readonly number[]
  /** How many expired sessions the clean-up meets. */
  readonly expired: number
  /** How many new sessions are weighed in Redis. */
  readonly weighed: number
  /** Requests without a cookie in each round, where no socket is in between. */
  readonly anonymous: number
}

/** Measures everything that docs/benchmarks.md shows. `say` is told what is done. */
export async function benchmark(extent: BenchExtent, say: (line: string) => void): Promise<BenchResults> {
  const redis = await startRedis()
  const root = freshDirectory()
  try {
    say('Sessions in the store')
    const stocks = await measureStocks(redis.url, root, extent.stocks, extent)
    say('Clean-up')
    const cleanUp = await measureCleanUp(root, extent.expired, extent)
    say('No cookie')
    const anonymous = await measureAnonymous(extent.rounds * 3, extent.anonymous)
    say('Contenders')
    const measured = await measureContenders(redis, root, extent)
    const { rounds, seconds } = extent
    const packages = [...new Set(contenders.flatMap((contender) => contender.packages))].sort()
    const versions = Object.fromEntries(packages.map((name) => [name, versionOf(name)]))
    const parts = { contenders: measured, stocks, cleanUp, anonymous }
    return { setting: settingNow(), rounds, seconds, connections, versions, ...parts }
  } finally {
    await redis.stop()
  }
}

async function measureContenders(redis: RedisServer, root: string, extent: BenchExtent): Promise<ContenderResults[]> {
  const admin = redis.client()
  const results: ContenderResults[] = []
  try {
    for (const [index, group] of groups.entries())
      results.push(...(await measureGroup(group, join(root, `${index}`), redis, admin, extent)))
  } finally {
    admin.disconnect()
  }
  // A bare framework is in several groups; what stands in the table is of the first.
  return contenders.flatMap(({ name }) => results.find((each) => each.name === name) ?? [])
}

/** A group in processes of its own, under one workload after the other: what is compared is measured within seconds. */
async function measureGroup(
  group: readonly Contender[],
  root: string,
  redis: RedisServer,
  admin: Redis,
  extent: BenchExtent,
): Promise<ContenderResults[]> {
  const servers = await serveAll(group, root, redis)
  const figures = new Map<Contender, Record<string, Figures>>(group.map((contender) => [contender, {}]))
  try {
    for (const workload of workloads) {
      const measured = await measure(await coursesOf(servers, workload), extent)
      for (const course of measured.keys())
        Object.assign(figures.get(course.served.contender) ?? {}, {
          [workload.name]: await figuresOf(course, measured, admin),
        })
    }
    // At the end, since it empties Redis.
    const holdings = await holdingsOf(servers, admin, extent.weighed)
    return group.map((contender) => ({
      name: contender.name,
      store: contender.store,
      ...(holdings.get(contender) ?? { resident: 0, heap: 0 }),
      figures: figures.get(contender) ?? {},
    }))
  } finally {
    await Promise.all(servers.map((served) => served.stop()))
  }
}

async function serveAll(group: readonly Contender[], root: string, redis: RedisServer): Promise<Served[]> {
  const servers: Served[] = []
  for (const contender of group) {
    const directory = join(root, contender.name.replaceAll(/\W+/g, '-'))
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    servers.push(await serve(contender, { redis: redis.url, directory }))
  }
  return servers
}

async function coursesOf(servers: readonly Served[], workload: Workload): Promise<Course[]> {
  const courses: Course[] = []
  for (const served of servers)
    if (takes(served.contender, workload))
      courses.push({ served, workload, cookies: await cookiesFor(workload, served) })
  return courses
}

/** A cookie holds 4 KB at the most, and a seal makes sessions longer. */
const takes = ({ store }: Contender, { size = 0 }: Workload) => store !== 'cookie' || size < 4096

async function figuresOf(course: Course, measured: Measured, admin: Redis): Promise<Figures> {
  const { framework, store } = course.served.contender
  const answers = measured.get(course) ?? []
  const bare = answersOfBare(measured, framework)
  const of = (field: keyof Answers) => median(answers.map((each) => each[field]))
  const cpuOfBare = (round: number) => bare[round]?.cpu ?? Number.NaN
  return {
    cpu: of('cpu'),
    least: Math.min(...answers.map(({ cpu }) => cpu)),
    most: Math.max(...answers.map(({ cpu }) => cpu)),
    above: median(answers.map(({ cpu }, round) => cpu - cpuOfBare(round))),
    ratio: median(answers.map(({ cpu }, round) => cpu / cpuOfBare(round))),
    p50: of('p50'),
    p99: of('p99'),
    perSecond: of('perSecond'),
    ...(store === 'redis' && { commands: await commandsPerRequest(course, admin) }),
  }
}

function answersOfBare(measured: Measured, framework: Framework): readonly Answers[] {
  for (const [{ served }, answers] of measured) {
    const { contender } = served
    if (contender.store === 'none' && contender.framework === framework) return answers
  }
  throw new Error(`${framework} was not measured without sessions`)
}

/** Of three requests the one with the fewest: what a client asks now and then is not part of a request. */
async function commandsPerRequest({ served, workload, cookies }: Course, admin: Redis): Promise<number> {
  const [cookie] = cookies
  const ask = async () => (await fetch(served.origin + workload.path, { headers: cookie ? { cookie } : {} })).text()
  const counts: number[] = []
  for (let request = 0; request < 3; request += 1) counts.push((await commandsOf(admin, ask)).length)
  return Math.min(...counts)
}

/** What a server's process holds, and what Redis holds for one of its sessions, all in bytes. */
type Holdings = Pick<ContenderResults, 'resident' | 'heap' | 'redisBytes'>

async function holdingsOf(
  servers: readonly Served[],
  admin: Redis,
  sessions: number,
): Promise<Map<Contender, Holdings>> {
  const holdings = new Map<Contender, Holdings>()
  for (const served of servers) {
    const { resident, heap } = await served.usageCollected()
    const isWeighed = served.contender.store === 'redis'
    holdings.set(served.contender, {
      resident,
      heap,
      ...(isWeighed && { redisBytes: await weigh(served, admin, sessions) }),
    })
  }
  return holdings
}

/** Bytes that Redis needs for each new session, everything counted. */
async function weigh(served: Served, admin: Redis, sessions: number): Promise<number> {
  await admin.flushdb()
  const before = await memoryOf(admin)
  await load(served, { path: '/fill/200', cookies: [], requests: sessions })
  return Math.round(((await memoryOf(admin)) - before) / sessions)
}

/** Bytes that Redis has in use. */
export async function memoryOf(admin: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))?.[1])
}
