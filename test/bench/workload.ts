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

/** How many visitors ask at once. */
export const connections = 32

/** Makes the sessions that a workload needs, and answers their cookies: one for each connection, or one for all. */
export async function cookiesFor({ size, isHot }: Workload, served: Served): Promise<string[]> {
  if (size === undefined) return []
  const cookies: string[] = []
  while (cookies.length < (isHot ? 1 : connections)) cookies.push(await beginSession(served, size))
  return cookies
}

/** Begins a session of that many bytes, and answers its cookies as a browser sends them back. */
export async function beginSession(served: Served, size: number): Promise<string> {
  const response = await fetch(`${served.origin}/fill/${size}`)
  await response.text()
  if (!response.ok) throw new Error(`${served.contender.name} answered ${response.status} to a new session`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
