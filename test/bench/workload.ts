import { inBatches } from './contender.js'
import { connections } from './load.js'
import type { Served } from './served.js'

/** What the requests of one measurement do. */
export interface Workload {
  readonly name: string
  readonly path: string
  /** Bytes of JSON in each session; undefined: the requests carry no cookie. */
  readonly size: number | undefined
  /** Every connection asks with the same session. */
  readonly isHot?: boolean
}

const sizes = { '200 B': 200, '4 KB': 4096, '64 KB': 65_536 }
const acts = { untouched: '/', read: '/read', write: '/write' }

const workload = (act: keyof typeof acts, size: keyof typeof sizes): Workload => ({
  name: `${act} ${size}`,
  path: acts[act],
  size: sizes[size],
})

/** All that contenders do; those without sessions answer the same paths. */
export const workloads: readonly Workload[] = [
  { name: 'no cookie', path: '/', size: undefined },
  workload('untouched', '200 B'),
  workload('read', '200 B'),
  workload('write', '200 B'),
  workload('untouched', '4 KB'),
  workload('read', '4 KB'),
  workload('write', '4 KB'),
  workload('untouched', '64 KB'),
  workload('read', '64 KB'),
  workload('write', '64 KB'),
  { name: 'read one hot session', path: '/read', size: 200, isHot: true },
  { name: 'write one hot session', path: '/write', size: 200, isHot: true },
]

/** Makes the sessions that a workload needs, and answers their cookies: one for each connection, or one for all. */
export function cookiesFor({ size, isHot }: Workload, served: Served): Promise<string[]> {
  return size === undefined ? Promise.resolve([]) : beginSessions(served, size, isHot ? 1 : connections)
}

/** Begins sessions of that many bytes, and answers the cookies of each as a browser sends them back. */
export async function beginSessions(served: Served, size: number, count: number): Promise<string[]> {
  const cookies: string[] = []
  await inBatches(Array.from({ length: count }), async () => {
    cookies.push(await beginSession(served, size))
  })
  return cookies
}

async function beginSession({ origin, contender }: Served, size: number): Promise<string> {
  const response = await fetch(`${origin}/fill/${size}`)
  await response.text()
  if (!response.ok) throw new Error(`${contender.name} answered ${response.status} to a new session`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
