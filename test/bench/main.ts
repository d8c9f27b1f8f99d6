/**
 * What sessions cost: this package beside bare frameworks, sessions by hand and other libraries, on Redis and on files.
 * Run it with `npm run bench`; it writes docs/benchmarks.md and its pictures. `-- --rounds 3 --seconds 0.1` is a quick look.
 * benchmark.test.ts holds their shape.
 */
import { parseArgs } from 'node:util'
import { benchmark } from './benchmark.js'
import { writeResults } from './written.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '0.25' } },
})
const extent = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  warmUp: 1.5,
  fewest: 100,
  most: 20_000,
  stocks: [1_000, 10_000, 100_000],
  expired: 100_000,
  weighed: 2048,
  anonymous: 20_000,
}

writeResults({ bench: await benchmark(extent, (line) => console.log(`${new Date().toISOString()} ${line}`)) })
