import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Rest } from './contender.js'

/** What was measured of one contender under one workload: medians over the rounds. */
export interface Figures {
  /** µs of CPU of the server process per request. */
  readonly cpu: number
  /** The same in the round in which it was least, and most. */
  readonly least: number
  readonly most: number
  /** µs of it above the bare framework, in the same round. */
  readonly above: number
  /** How many times what the bare framework took, in the same round. */
  readonly ratio: number
  /** ms */
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
  /** Sent to Redis per request. */
  readonly commands?: number
}

/** One contender, and its figures by the name of the workload. */
export interface ContenderResults {
  readonly name: string
  readonly store: Rest
  /** Bytes that the process held after the last round, and of them the heap's, without garbage. */
  readonly resident: number
  readonly heap: number
  /** Bytes of Redis for each session of 200 B. */
  readonly redisBytes?: number
  readonly figures: Readonly<Record<string, Figures>>
}

/** What a number of sessions in the store does to requests. */
export interface StockResults {
  readonly name: string
  readonly sessions: number
  readonly figures: Readonly<Record<string, Pick<Figures, 'cpu' | 'p50' | 'p99'>>>
}

/** What clean-up does to requests. */
export interface CleanUpResults {
  /** Expired sessions that there were, and how many of them the clean-up ended while it was looked at. */
  readonly expired: number
  readonly ended: number
  readonly seconds: number
  readonly calm: CleanUpFigures
  readonly cleaning: CleanUpFigures
}

export interface CleanUpFigures extends Pick<Figures, 'cpu' | 'p50' | 'p99'> {
  /** ms the event loop was held at the longest: the median of the rounds. */
  readonly longestHold: number
}

/** What a request without a cookie costs where no socket is in between: µs on bare Koa, and above it with sessions. */
export interface AnonymousResults {
  readonly bare: number
  readonly above: number
}

/** Where and when something was measured. */
export interface Setting {
  readonly date: string
  readonly cpus: number
  readonly node: string
  readonly redis: string
}

/** What `npm run bench` measures. */
export interface BenchResults {
  readonly setting: Setting
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
  readonly versions: Readonly<Record<string, string>>
  readonly contenders: readonly ContenderResults[]
  readonly stocks: readonly StockResults[]
  readonly cleanUp: CleanUpResults
  readonly anonymous: AnonymousResults
}

/** What there was after so many sessions. */
export interface MillionStep extends Pick<Figures, 'cpu' | 'p50' | 'p99'> {
  readonly sessions: number
  /** Bytes of Redis for each session. */
  readonly redisBytes: number
  /** Bytes that the server process held, and of them the heap's, without garbage. */
  readonly resident: number
  readonly heap: number
}

/** What `npm run bench:million` measures. */
export interface MillionResults {
  readonly setting: Setting
  readonly steps: readonly MillionStep[]
}

/** The text of docs/benchmarks.json. */
export interface Results {
  readonly bench: BenchResults
  readonly million: MillionResults
}

/** This machine and this day. */
export function settingNow(): Setting {
  const [, redis = 'unknown'] =
    /v=([\d.]+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' })) ?? []
  return {
    date: new Date().toISOString().slice(0, 10),
    cpus: availableParallelism(),
    node: process.versions.node,
    redis,
  }
}
