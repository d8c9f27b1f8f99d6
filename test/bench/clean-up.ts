import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fieldsOf } from './app.js'
import { oursOnFiles } from './contenders/ours.js'
import type { Answers } from './load.js'
import type { CleanUpFigures, CleanUpResults } from './results.js'
import { type Course, type Extent, measure, median } from './rounds.js'
import { serve } from './served.js'
import { newIds } from './stocks.js'
import { beginSessions } from './workload.js'

const workload = { name: 'read', path: '/read', size: 200 }
const visited = 512

/**
 * What it does to requests that a clean-up takes expired sessions away meanwhile, beside a server with as many sessions
 * that live. The clean-up is the one that starts by itself, in the server's own process, when a session is begun.
 */
export async function measureCleanUp(root: string, expired: number, extent: Extent): Promise<CleanUpResults> {
  const ids = newIds(expired)
  const calm = await courseIn(join(root, 'calm'), ids, undefined)
  const cleaning = await courseIn(join(root, 'cleaning'), ids, Date.now() + 1)
  const start = performance.now()
  const answers = await measure([calm, cleaning], { ...extent, seconds: extent.seconds * 4, most: extent.most * 4 })
  const seconds = (performance.now() - start) / 1000
  for (const { served } of [calm, cleaning]) await served.stop()
  const ended = expired + visited - filesIn(join(root, 'cleaning'))
  return {
    expired,
    ended,
    seconds,
    calm: figuresOf(answers.get(calm)),
    cleaning: figuresOf(answers.get(cleaning)),
  }
}

async function courseIn(directory: string, ids: readonly string[], expires: number | undefined): Promise<Course> {
  mkdirSync(directory, { mode: 0o700 })
  const place = { redis: '', directory }
  await oursOnFiles.stock?.(place, { ids, fields: fieldsOf(200), ...(expires && { expires }) })
  const served = await serve(oursOnFiles, place)
  return { served, workload, cookies: await beginSessions(served, 200, visited) }
}

function figuresOf(answers: readonly Answers[] = []): CleanUpFigures {
  const of = (field: keyof CleanUpFigures) => median(answers.map((each) => each[field]))
  return { cpu: of('cpu'), p50: of('p50'), p99: of('p99'), longestHold: of('longestHold') }
}

function filesIn(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /^..\/[0-9a-f]{64}$/.test(name)).length
}
