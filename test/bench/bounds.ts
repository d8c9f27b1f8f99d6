import type { BenchResults, ContenderResults, Figures, StockResults } from './results.js'

/** What this package is held to, and what was measured. */
export interface Bound {
  readonly what: string
  readonly measured: number
  readonly atMost: number
  readonly unit: string
}

const redis = 'koa-shared-session, Redis'
const files = 'koa-shared-session, files'
const memory = 'koa-shared-session, memory'
const fileStore = 'express-session + session-file-store'
const local = 'koa-session + koa-session-local'
const floors = { [redis]: 'by hand, Redis', [files]: 'by hand, files' }
const minimal = 'koa-session + minimal ioredis store'

/** All bounds, in the order of the page. */
export function boundsOf({ contenders, stocks, cleanUp, anonymous }: BenchResults): Bound[] {
  const of = (name: string, workload: string) => figuresOf(contenders, name, workload)
  const cost = (ours: string, other: string, workload: string) => of(ours, workload).above / of(other, workload).above
  const late = (ours: keyof typeof floors, workload: string) => of(ours, workload).p99 / of(floors[ours], workload).p99
  const transfer = (name: string) => of(name, 'untouched 64 KB').above - of(name, 'untouched 200 B').above
  const times = (what: string, measured: number, atMost: number) => ({ what, measured, atMost, unit: '×' })
  return [
    times('Redis, read 200 B: cost beside by hand', cost(redis, floors[redis], 'read 200 B'), 1.3),
    times('Redis, read 4 KB: cost beside by hand', cost(redis, floors[redis], 'read 4 KB'), 1.3),
    times('Redis, read 200 B: cost beside koa-session on the same client', cost(redis, minimal, 'read 200 B'), 0.5),
    times('Redis, read 4 KB: cost beside koa-session on the same client', cost(redis, minimal, 'read 4 KB'), 0.5),
    times(
      'Redis, untouched: what 64 KB cost more than 200 B, beside by hand',
      transfer(redis) / transfer(floors[redis]),
      1.3,
    ),
    { what: 'Redis, write: commands', measured: of(redis, 'write 200 B').commands ?? 0, atMost: 2, unit: '' },
    { what: 'Redis, no cookie: commands', measured: of(redis, 'no cookie').commands ?? 0, atMost: 0, unit: '' },
    { what: 'No cookie: cost, without sockets', measured: anonymous.above, atMost: 1, unit: 'µs' },
    times('Redis, read 200 B: p99 beside by hand', late(redis, 'read 200 B'), 1.3),
    times('Redis, write 200 B: p99 beside by hand', late(redis, 'write 200 B'), 1.3),
    times('Files, read 200 B: cost beside by hand', cost(files, floors[files], 'read 200 B'), 1.5),
    times('Files, write 200 B: cost beside by hand', cost(files, floors[files], 'write 200 B'), 1.5),
    times('Files, read: the most sessions in the store beside the fewest', growth(stocks, files, 'read'), 1.1),
    times('Files, write: the most sessions in the store beside the fewest', growth(stocks, files, 'write'), 1.1),
    times('Files, clean-up: p99 beside calm', cleanUp.cleaning.p99 / cleanUp.calm.p99, 1.3),
    { what: 'Files, clean-up: event loop held', measured: cleanUp.cleaning.longestHold, atMost: 10, unit: 'ms' },
    times(
      'Files, cost beside express-session + session-file-store: the worst workload',
      worst(contenders, files, fileStore),
      1,
    ),
    times('Files, cost beside koa-session + koa-session-local: the worst workload', worst(contenders, files, local), 1),
    times(
      'Memory, cost beside koa-session + koa-session-local: the worst workload',
      worst(contenders, memory, local),
      1,
    ),
  ]
}

function figuresOf(contenders: readonly ContenderResults[], name: string, workload: string): Figures {
  const figures = contenders.find((contender) => contender.name === name)?.figures[workload]
  if (!figures) throw new Error(`${name} was not measured under ${workload}`)
  return figures
}

function growth(stocks: readonly StockResults[], name: string, act: string): number {
  const costs = stocks.filter((each) => each.name === name).map(({ figures }) => figures[act]?.cpu ?? Number.NaN)
  return (costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN)
}

/** The workload without a cookie needs no store. */
function worst(contenders: readonly ContenderResults[], ours: string, other: string): number {
  const found = contenders.find(({ name }) => name === ours)
  const named = Object.keys(found?.figures ?? {}).filter((workload) => workload !== 'no cookie')
  const cost = (name: string, workload: string) => figuresOf(contenders, name, workload).above
  return Math.max(...named.map((workload) => cost(ours, workload) / cost(other, workload)))
}
