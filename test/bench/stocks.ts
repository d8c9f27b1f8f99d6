import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fieldsOf } from './app.js'
import type { Contender, Place } from './contender.js'
import { byHandOnFiles, byHandOnRedis } from './contenders/by-hand.js'
import { expressOnFiles } from './contenders/express-session.js'
import { oursOnFiles, oursOnRedis } from './contenders/ours.js'
import type { StockResults } from './results.js'
import { type Course, type Extent, measure, median } from './rounds.js'
import { serve } from './served.js'
import { beginSessions, type Workload } from './workload.js'

const measured = [byHandOnRedis, oursOnRedis, byHandOnFiles, oursOnFiles, expressOnFiles]
const acts: readonly Workload[] = [
  { name: 'read', path: '/read', size: 200 },
  { name: 'write', path: '/write', size: 200 },
]

/** How many sessions are asked for in turn, of those that are there. */
const visited = 512

export const newIds = (count: number): string[] =>
  Array.from({ length: count }, () => randomBytes(32).toString('base64url'))

/** What it does to requests that so many sessions are in the store. `redis`: an address that no database is part of. */
export async function measureStocks(
  redis: string,
  root: string,
  counts: readonly number[],
  extent: Extent,
): Promise<StockResults[]> {
  const stocked: { name: string; sessions: number; courses: Course[] }[] = []
  for (const [index, sessions] of counts.entries())
    for (const contender of measured) {
      const directory = join(root, `${contender.name} ${sessions}`)
      const courses = await coursesAmong(contender, { redis: `${redis}/${index + 1}`, directory }, sessions)
      stocked.push({ name: contender.name, sessions, courses })
    }
  const answers = await measure(
    stocked.flatMap(({ courses }) => courses),
    extent,
  )
  for (const { courses } of stocked) await courses[0]?.served.stop()
  return stocked.map(({ name, sessions, courses }) => {
    const figures = courses.map((course) => {
      const of = (field: 'cpu' | 'p50' | 'p99') => median((answers.get(course) ?? []).map((each) => each[field]))
      return [course.workload.name, { cpu: of('cpu'), p50: of('p50'), p99: of('p99') }]
    })
    return { name, sessions, figures: Object.fromEntries(figures) }
  })
}

async function coursesAmong(contender: Contender, place: Place, sessions: number): Promise<Course[]> {
  mkdirSync(place.directory, { mode: 0o700 })
  const served = await serve(contender, place)
  const cookies = await beginSessions(served, 200, Math.min(visited, sessions))
  await contender.stock?.(place, { ids: newIds(sessions - cookies.length), fields: fieldsOf(200) })
  return acts.map((workload) => ({ served, workload, cookies }))
}
