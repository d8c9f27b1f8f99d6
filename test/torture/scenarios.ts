import type { Finding } from './findings.js'
import type { Answer, Held } from './fleet.js'
import { afterResponse, clears, header, type Jar } from './jar.js'
import type { Kind } from './operation.js'
import type { Shelf } from './shelf.js'
import type { Visitor } from './visitor.js'

/** One way in which requests can meet. A trial is one meeting, forced: nothing is left to luck. */
export interface Scenario {
  /** The heading of its column. */
  title: string
  /** What one trial does, and when it fails. */
  says: string
  rolling: boolean
  /** Many requests make one trial, so there are fewer trials. */
  crowd?: true
  /** One trial with a visitor who has logged in. With a shelf, the store is looked into as well. */
  trial(visitor: Visitor, shelf?: Shelf): Promise<Finding | undefined>
}

/** How many trials a scenario gets where most get so many. */
export function trialsOf(scenario: Scenario, trials: number): number {
  return scenario.crowd ? Math.ceil(trials / 5) : trials
}

/** Lets all requests read, then lets all of them write. */
export async function together(requests: readonly Held[]): Promise<Answer[]> {
  await Promise.all(requests.map((request) => request.reached))
  for (const request of requests) request.release()
  return Promise.all(requests.map((request) => request.answer))
}

/** The names of the fields that are not there. */
export async function missingFields(visitor: Visitor, names: readonly string[]): Promise<string[]> {
  const { report } = await visitor.ask({ kind: 'read' })
  return names.filter((name) => report?.fields[name] !== `${visitor.user}/${name}`)
}

const setField = (visitor: Visitor, name: string) => ({
  kind: 'set' as const,
  name,
  value: `${visitor.user}/${name}`,
})

async function writeTogether(visitor: Visitor, names: readonly string[]): Promise<Finding | undefined> {
  await together(names.map((name) => visitor.hold(setField(visitor, name))))
  const lost = await missingFields(visitor, names)
  if (lost.length === 0) return undefined
  return visitor.found('lostUpdate', `${lost.length} of ${names.length} fields are gone: ${lost.join(' ')}`)
}

async function logoutDuring(kind: Kind, visitor: Visitor, shelf?: Shelf): Promise<Finding | undefined> {
  const { jar } = visitor
  const late = visitor.hold({ kind, name: 'late', value: `${visitor.user}/late` })
  await late.reached
  await visitor.ask({ kind: 'logout' })
  late.release()
  const answer = await late.answer
  visitor.jar = new Map()
  const issued = shelf && issues(answer) && visitor.found('deadIdReissued', 'a late response carries a cookie')
  return (await stillIn(visitor, jar, shelf)) ?? (issued || undefined)
}

/** Whether the cookies of a session that was logged out still lead to something. */
export async function stillIn(visitor: Visitor, jar: Jar, shelf?: Shelf): Promise<Finding | undefined> {
  const { report } = await visitor.ask({ kind: 'read' }, jar)
  if (report?.user) return visitor.found('resurrection', 'the old cookie is logged in again')
  if (shelf && (await shelf.entry(jar))) return visitor.found('resurrection', 'the store still holds the session')
  return undefined
}

/** Whether a response gives the browser a cookie. */
export function issues({ setCookies }: Answer): boolean {
  return setCookies.some((line) => !clears(line))
}

/** The jars with a new id among the responses to requests that sent `jar`. */
export function newJars(jar: Jar, answers: readonly Answer[]): Jar[] {
  return answers
    .filter(issues)
    .map((answer) => afterResponse(jar, answer.setCookies))
    .filter((next) => header(next) !== header(jar))
}

/** Goes on with the one new session; reports when there are two, or none. */
export async function followOne(visitor: Visitor, candidates: readonly Jar[]): Promise<Finding | undefined> {
  const live: Jar[] = []
  for (const jar of candidates) {
    const { report } = await visitor.ask({ kind: 'read' }, jar)
    if (report?.user === visitor.user) live.push(jar)
  }
  visitor.jar = live[0] ?? new Map()
  if (live.length === 1) return undefined
  if (live.length === 0) return visitor.found('lostSession', 'no session is left after regenerate()')
  return visitor.found('doubleSession', `${live.length} sessions live after regenerate()`)
}

async function regenerateTwice(visitor: Visitor): Promise<Finding | undefined> {
  const { jar } = visitor
  const answers = await together([visitor.hold({ kind: 'regenerate' }), visitor.hold({ kind: 'regenerate' })])
  return followOne(visitor, newJars(jar, answers))
}

const hotFields = Array.from({ length: 32 }, (_, number) => `key${number}`)

export const parallelWrites: Scenario = {
  title: 'two parallel writes',
  says: 'Two requests read the session, then each sets a field of its own. Fails when one of the fields is gone.',
  rolling: false,
  trial: (visitor) => writeTogether(visitor, ['first', 'second']),
}

export const logoutDuringWrite: Scenario = {
  title: 'logout, writer in flight',
  says: 'A request reads the session; a logout is asked for and answered; the request sets its field. Fails when the old cookie is logged in again.',
  rolling: false,
  trial: (visitor, shelf) => logoutDuring('set', visitor, shelf),
}

export const logoutDuringRead: Scenario = {
  title: 'logout, reader in flight, rolling',
  says: 'The same with a request that only reads, and `rolling` on.',
  rolling: true,
  trial: (visitor, shelf) => logoutDuring('read', visitor, shelf),
}

export const hotSession: Scenario = {
  title: 'hot session, 32 writers',
  says: '32 requests read the session, then each sets a field of its own. Fails when a field is gone.',
  rolling: false,
  crowd: true,
  trial: (visitor) => writeTogether(visitor, hotFields),
}

export const parallelRegenerate: Scenario = {
  title: 'two parallel regenerate',
  says: 'Two requests read the session, then each moves it to a new id. Fails unless exactly one of the new cookies is logged in.',
  rolling: false,
  trial: (visitor) => regenerateTwice(visitor),
}

/** What every library is put through. */
export const scenarios: readonly Scenario[] = [
  parallelWrites,
  hotSession,
  logoutDuringWrite,
  logoutDuringRead,
  parallelRegenerate,
]

/** For the scenarios that are ours alone. */
export { logoutDuring, setField }
