import { type Answers, load } from './load.js'
import type { Served } from './served.js'
import { connections, cookiesFor, type Workload } from './workload.js'

/** How much is measured. */
export interface Extent {
  readonly rounds: number
  /** Requests of one measurement. */
  readonly requests: number
  /** Requests before the first one that counts. */
  readonly warmUp: number
}

/** What each round measured of one contender under one workload, in the order of the rounds. */
export type Measured = ReadonlyMap<Served, ReadonlyMap<Workload, readonly Answers[]>>

interface Course {
  readonly served: Served
  readonly workload: Workload
  readonly cookies: readonly string[]
}

/**
 * Measures all contenders under all workloads, in rounds: each round takes all of them, one after the other and in
 * another order, so that what the machine does besides meets all alike.
 */
export async function measure(
  servers: readonly Served[],
  workloads: readonly Workload[],
  { rounds, requests, warmUp }: Extent,
  serves: (served: Served, workload: Workload) => boolean = () => true,
): Promise<Measured> {
  const courses: Course[] = []
  const measured = new Map<Served, Map<Workload, Answers[]>>()
  for (const workload of workloads)
    for (const served of servers.filter((each) => serves(each, workload)))
      courses.push({ served, workload, cookies: await cookiesFor(workload, served) })
  const run = ({ served, workload, cookies }: Course, amount: number) =>
    load(served, { path: workload.path, cookies, requests: amount, connections })
  for (const course of courses) await run(course, warmUp)
  for (let round = 0; round < rounds; round += 1)
    for (const course of turned(courses, round)) {
      const { served, workload } = course
      const byWorkload = measured.get(served) ?? new Map<Workload, Answers[]>()
      measured.set(served, byWorkload)
      const answers = byWorkload.get(workload) ?? []
      byWorkload.set(workload, [...answers, await run(course, requests)])
    }
  return measured
}

/** The list, begun elsewhere in each round, and every other time from its end. */
function turned<T>(list: readonly T[], round: number): readonly T[] {
  const start = Math.floor((round * list.length) / 7) % Math.max(1, list.length)
  const begun = [...list.slice(start), ...list.slice(0, start)]
  return round % 2 === 0 ? begun : begun.reverse()
}
