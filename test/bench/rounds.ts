import { type Answers, load } from './load.js'
import type { Served } from './served.js'
import type { Workload } from './workload.js'

/** How much is measured. */
export interface Extent {
  readonly rounds: number
  /** How long one measurement is to take, in seconds. */
  readonly seconds: number
  /** How long each course runs before the first request that counts, in seconds: compiling takes CPU, too. */
  readonly warmUp: number
  /** Requests of one measurement, however slow or fast they are. */
  readonly fewest: number
  readonly most: number
}

/** One server under one workload. */
export interface Course {
  readonly served: Served
  readonly workload: Workload
  readonly cookies: readonly string[]
}

/** What each round measured of a course, in the order of the rounds. */
export type Measured = ReadonlyMap<Course, readonly Answers[]>

/** Requests that come before each measurement, as a part of its own: a process that stood still is slow at first. */
const before = 0.25

/**
 * Measures all courses in rounds: each round takes all of them, one after the other and in another order, so that what
 * the machine does besides meets all alike. A warm-up before them says how many requests fill the time.
 *
 * @param extent of no rounds: the warm-up is all
 */
export async function measure(courses: readonly Course[], extent: Extent): Promise<Measured> {
  const run = ({ served, workload: { path }, cookies }: Course, requests: number) =>
    load(served, { path, cookies, requests })
  const amounts = new Map<Course, number>()
  for (const course of courses) {
    const first = await run(course, extent.fewest)
    await run(course, amountFor(first, extent.warmUp, extent))
    amounts.set(course, amountFor(first, extent.seconds, extent))
  }
  const measured = new Map<Course, Answers[]>(courses.map((course) => [course, []]))
  for (let round = 0; round < extent.rounds; round += 1)
    for (const course of turned(courses, round)) {
      const amount = amounts.get(course) ?? extent.fewest
      await run(course, Math.ceil(amount * before))
      measured.get(course)?.push(await run(course, amount))
    }
  return measured
}

function amountFor({ perSecond }: Answers, seconds: number, { fewest, most }: Extent): number {
  return Math.round(Math.min(Math.max(perSecond * seconds, fewest), most))
}

/** The list, begun elsewhere in each round, and every other time from its end. */
function turned<T>(list: readonly T[], round: number): readonly T[] {
  const start = Math.floor((round * list.length) / 7) % Math.max(1, list.length)
  const begun = [...list.slice(start), ...list.slice(0, start)]
  return round % 2 === 0 ? begun : begun.reverse()
}

/** The one in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
