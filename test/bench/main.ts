import { join } from 'node:path'
import { freshDirectory } from '../servers/process.js'
import { startRedis } from '../servers/redis.js'
import { contenders } from './contenders/index.js'
import type { Answers } from './load.js'
import { measure } from './rounds.js'
import { type Served, serve } from './served.js'
import type { Workload } from './workload.js'

const kb = 1024
const workloads: Workload[] = [
  { name: 'no cookie', path: '/', size: undefined },
  { name: 'untouched 200 B', path: '/', size: 200 },
  { name: 'read 200 B', path: '/read', size: 200 },
  { name: 'write 200 B', path: '/write', size: 200 },
  { name: 'untouched 4 KB', path: '/', size: 4 * kb },
  { name: 'read 4 KB', path: '/read', size: 4 * kb },
  { name: 'untouched 64 KB', path: '/', size: 64 * kb },
  { name: 'read 64 KB', path: '/read', size: 64 * kb },
]

const args = process.argv.slice(2)
const option = (name: string, otherwise: string) => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? otherwise : (args[at + 1] ?? otherwise)
}
const wanted = new RegExp(option('only', 'bare|by hand|shared-session, Redis|minimal'))
const work = new RegExp(option('work', '200 B|no cookie'))
const rounds = Number(option('rounds', '7'))
const requests = Number(option('requests', '4000'))
const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const redis = await startRedis()
const servers: Served[] = []
const root = freshDirectory()
const chosen = contenders.filter(({ name }) => wanted.test(name))
for (const [index, contender] of chosen.entries())
  servers.push(await serve(contender, { redis: redis.url, directory: join(root, String(index)) }))
const chosenWork = workloads.filter(({ name }) => work.test(name))
const measured = await measure(servers, chosenWork, { rounds, requests, warmUp: requests })
const bare = measured.get(servers[0] as Served)
for (const workload of chosenWork) {
  console.log(`\n${workload.name}`)
  for (const served of servers) {
    const answers = measured.get(served)?.get(workload) ?? []
    const of = (field: keyof Answers) => median(answers.map((each) => each[field]))
    const above = median(answers.map((each, round) => each.cpu - (bare?.get(workload)?.[round]?.cpu ?? 0)))
    console.log(
      `${served.contender.name.padEnd(30)} cpu ${of('cpu').toFixed(1)} above ${above.toFixed(1)} p50 ${of('p50').toFixed(2)} p99 ${of('p99').toFixed(2)} rps ${of('perSecond').toFixed(0)}`,
    )
  }
}
await Promise.all(servers.map((served) => served.stop()))
await redis.stop()
