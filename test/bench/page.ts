import { table } from '../markdown-table.js'
import { boundsOf } from './bounds.js'
import { numberText } from './chart.js'
import type { BenchResults, Figures, MillionResults, Results, Setting } from './results.js'

const small = [
  'no cookie',
  'untouched 200 B',
  'read 200 B',
  'write 200 B',
  'read one hot session',
  'write one hot session',
]
const large = ['untouched 4 KB', 'read 4 KB', 'write 4 KB', 'untouched 64 KB', 'read 64 KB', 'write 64 KB']
const none = '–'

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`
const count = (value: number) => value.toLocaleString('en')

/** The text of docs/benchmarks.md. */
export function page({ bench, million }: Results): string {
  return `<!-- Written by \`npm run bench\` and \`npm run bench:million\`; a change by hand is overwritten. -->

# Benchmarks

What a session costs a request: beside the bare framework, beside sessions made by hand, and beside other libraries.
${measuredOn(bench.setting)} To repeat it:

\`\`\`sh
npm run bench
\`\`\`

${method(bench)}

## What this package is held to

${bounds(bench)}

## Cost per request

µs of CPU above the bare framework, and behind them how many times the bare framework's CPU a request takes in all.

![Cost of a read and a write in Redis](images/bench-redis.svg)

![Cost of a read and a write elsewhere](images/bench-files.svg)

${figuresTable(bench, small, costCell)}

${anonymousPart(bench)}

![Cost of reading larger sessions](images/bench-sizes.svg)

${figuresTable(bench, large, costCell)}

## Time until the answer

p50 / p99 in ms.

${figuresTable(bench, small, timeCell)}

${figuresTable(bench, large, timeCell)}

## Redis, and memory

${memoryTable(bench)}

## Sessions in the store

${stockTable(bench)}

![Cost of a read with more sessions in the store](images/bench-stock.svg)

## Clean-up

${cleanUpTable(bench)}

## A million sessions

${millionPart(million)}

## Versions

${table(['Package', 'Version'], Object.entries(bench.versions))}
`
}

function measuredOn({ date, cpus, node, redis }: Setting): string {
  return `Measured on ${date} with ${cpus} CPUs, Node ${node} and Redis ${redis}.`
}

function method(bench: BenchResults): string {
  const { rounds, seconds, connections } = bench
  return `Each set-up serves the same app in a process of its own. \`untouched\` never looks at the session, \`read\` reads a
field, \`write\` reads it and changes a field. ${connections} connections of autocannon ask, each as soon as it was answered, each with a
session of its own, or all with one (hot). Load, server and Redis share the machine. After a warm-up each workload
has ${rounds} rounds, which take the set-ups in turn, in another order, about ${seconds} s each: first those of Koa on Redis, then the
other frameworks on Redis, then files, memory and cookies, each beside its bare framework. Figures are medians over the
rounds; a difference or a ratio is taken within each round. CPU is that of the server's process, all its threads. \`by hand\` is the
least that can be done: verify the cookie's HMAC, GET or read the file, parse, compare the JSON; SET, or write a file and
rename it. Parallel requests lose each other's changes there, as [Torture](torture.md) counts.

${noise(bench)}`
}

/** Bare Koa does one and the same thing in all its workloads, so what its figures differ by is the machine. */
function noise({ contenders }: BenchResults): string {
  const figures = Object.values(contenders.find(({ name }) => name === 'bare Koa')?.figures ?? {})
  const least = Math.min(...figures.map((each) => each.least))
  const most = Math.max(...figures.map((each) => each.most))
  const medians = figures.map(({ cpu }) => cpu).sort((one, other) => one - other)
  const [lowest = 0, highest = 0] = [medians[0], medians.at(-1)]
  const range = `Bare Koa does the same in all its workloads, and took ${numberText(least)} to ${numberText(most)} µs of CPU for it
in single rounds, ${numberText(lowest)} to ${numberText(highest)} in the medians`
  if (highest < 1.5 * lowest) return `${range}: differences that are small beside that say nothing.`
  return `**${range}. The machine was busy with other work:
figures of this run that are not far apart say nothing, and neither do the verdicts below. Repeat it on a quiet machine.**`
}

function bounds(bench: BenchResults): string {
  const rows = boundsOf(bench).map(({ what, measured, atMost, unit }) => {
    const text = (value: number) => (unit === '' ? String(value) : `${numberText(value)} ${unit}`)
    return [what, text(measured), text(atMost), measured <= atMost ? 'yes' : 'no']
  })
  return table(['', 'measured', 'at most', 'held'], rows)
}

function anonymousPart({ anonymous: { bare, above } }: BenchResults): string {
  return `What a request without a cookie costs is too little to be seen beside its socket. Where a process serves itself, without
sockets, it takes ${numberText(bare)} µs on bare Koa, and with sessions ${numberText(above)} µs more.`
}

function figuresTable(
  { contenders }: BenchResults,
  names: readonly string[],
  cell: (figures: Figures) => string,
): string {
  const rows = contenders
    .filter(({ figures }) => names.some((name) => figures[name]))
    .map(({ name, figures }) => [
      name,
      ...names.map((workload) => {
        const found = figures[workload]
        return found ? cell(found) : none
      }),
    ])
  return table(['', ...names], rows)
}

const costCell = ({ above, ratio }: Figures) => `${numberText(above)} (${ratio.toFixed(2)} ×)`
const timeCell = ({ p50, p99 }: Figures) => `${numberText(p50)} / ${numberText(p99)}`

function memoryTable({ contenders }: BenchResults): string {
  const acts = ['no cookie', 'untouched 200 B', 'read 200 B', 'write 200 B']
  const rows = contenders.map(({ name, figures, redisBytes, resident, heap }) => [
    name,
    ...acts.map((act) => String(figures[act]?.commands ?? none)),
    redisBytes === undefined ? none : count(redisBytes),
    megabytes(resident),
    megabytes(heap),
  ])
  const head = acts.map((act) => `commands, ${act}`)
  return `Commands sent to Redis per request; bytes of Redis for each session of 200 B, keys and deadlines among them; what the server
process holds after the last round, and of that the heap without garbage.

${table(['', ...head, 'Redis bytes per session', 'process', 'heap'], rows)}`
}

function stockTable({ stocks }: BenchResults): string {
  const rows = stocks.map(({ name, sessions, figures }) => [
    name,
    count(sessions),
    ...['read', 'write'].flatMap((act) => {
      const found = figures[act]
      return found ? [numberText(found.cpu), timeCell(found as Figures)] : [none, none]
    }),
  ])
  const head = ['', 'sessions', 'read: µs of CPU', 'p50 / p99 in ms', 'write: µs of CPU', 'p50 / p99 in ms']
  return `The same with so many sessions of 200 B in the store, 512 of which are asked for in turn. CPU is all that a request takes.

${table(head, rows)}`
}

function cleanUpTable({ cleanUp }: BenchResults): string {
  const { expired, ended, seconds, calm, cleaning } = cleanUp
  const row = (name: string, { cpu, p50, p99, longestHold }: BenchResults['cleanUp']['calm']) => [
    name,
    numberText(cpu),
    numberText(p50),
    numberText(p99),
    numberText(longestHold),
  ]
  return `Reads on files, in two servers by turns. One has ${count(expired)} live sessions; in the other one they have expired, and its own
clean-up takes them away meanwhile: ${count(ended)} in the ${seconds.toFixed(0)} s of this part.

${table(['', 'µs of CPU per request, clean-up among it', 'p50 in ms', 'p99 in ms', 'event loop held, in ms'], [row('calm', calm), row('cleaning up', cleaning)])}`
}

function millionPart({ setting, steps }: MillionResults): string {
  if (steps.length === 0) return 'Not measured yet.\n\n```sh\nnpm run bench:million\n```'
  const rows = steps.map(({ sessions, redisBytes, resident, heap, cpu, p50, p99 }) => [
    count(sessions),
    count(redisBytes),
    megabytes(resident),
    megabytes(heap),
    numberText(cpu),
    `${numberText(p50)} / ${numberText(p99)}`,
  ])
  const head = ['sessions', 'Redis bytes per session', 'process', 'heap', 'read: µs of CPU', 'p50 / p99 in ms']
  return `One server with up to a million sessions of 200 B in Redis, 100,000 of them begun by requests, the others put straight into
the store. On the way it is asked what it holds, and what a read costs. ${measuredOn(setting)}

\`\`\`sh
npm run bench:million
\`\`\`

${table(head, rows)}`
}
