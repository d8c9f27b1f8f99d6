import { randomBytes } from 'node:crypto'
import type { LiveRedis } from '../../audit/live/live-facts.js'
import type { NotLooked } from '../../audit/project/project.js'
import type { Store } from '../../core/store.js'
import { TimedOut, TimeLimit } from '../../plugin/time-limit.js'
import { impatientOptions, questionRedis, type RedisQuestions } from '../../stores/redis/questions.js'
import { redisStore } from '../../stores/redis.js'
import { limits } from './limits.js'

/** What a probe found out, and what it could not. */
export interface Probed<Part> {
  readonly found: Part
  readonly notLooked: readonly NotLooked[]
}

export interface RedisPlace {
  /** With user and password. */
  readonly address: string
  readonly prefix: string
  /** Store, read, extend and remove a record, as `sharedSession()` does. */
  readonly trial: boolean
}

const pings = 9

/** Asks Redis who and how it is. Ends in time whatever the server does: one that takes longer counts as silent. */
export async function probeRedis(place: RedisPlace): Promise<Probed<LiveRedis>> {
  const questions = questionRedis(place.address, limits.redisAnswer)
  const store = redisStore({ redis: impatientOptions(place.address, limits.redisAnswer), prefix: place.prefix })
  try {
    return await new TimeLimit(limits.redis).within(question(place, questions, store))
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error
    const said = `a few questions were not answered within ${limits.redis} ms`
    return { found: { ...about(place.address), state: 'silent', said }, notLooked: [] }
  } finally {
    // What is still under way fails then, and keeps nobody waiting.
    questions.close()
    await store.close()
  }
}

async function question(
  { address, trial }: RedisPlace,
  questions: RedisQuestions,
  store: Store,
): Promise<Probed<LiveRedis>> {
  const notLooked: NotLooked[] = []
  const asked = async <T>(what: string, ask: () => Promise<T>): Promise<T | null> => {
    try {
      return await ask()
    } catch (error) {
      notLooked.push({ what: `Redis: ${what}`, why: wordsOf(error) })
      return null
    }
  }
  const first = await questions.ask('PING').then(() => undefined, wordsOf)
  if (first !== undefined) return { found: { ...about(address), state: stateOf(first), said: first }, notLooked }
  const [user, facts, persistence, times, refusal] = await Promise.all([
    asked('who we are', () => questions.ask('ACL', 'WHOAMI')),
    asked('version, memory and eviction', () => infoOf(questions)),
    asked('persistence', () => persistenceOf(questions)),
    asked('latency and clock', () => timesOf(questions)),
    trial ? refusalOf(store) : undefined,
  ])
  const found = {
    ...about(address),
    state: refusal === undefined ? ('serves' as const) : ('refuses-sessions' as const),
    said: refusal ?? null,
    user: typeof user === 'string' ? user : null,
    ...facts,
    persistence,
    ...times,
  }
  return { found, notLooked }
}

const nameOf = (address: string) => (address.startsWith('/') ? `unix://${address}` : address)

/** What the address itself tells. */
function about(address: string): LiveRedis {
  const text = nameOf(address)
  const url = new URL(text.replace(/^(unix:\/\/[^/]*@)\//i, '$1localhost/'))
  const credentials = url.username || url.password ? '***@' : ''
  const isSocket = url.protocol === 'unix:'
  return {
    address: `${url.protocol}//${credentials}${isSocket ? '' : url.host}${url.pathname === '/' ? '' : url.pathname}`,
    tls: url.protocol === 'rediss:',
    local: isSocket || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname),
    password: url.password !== '',
    state: 'away',
    said: null,
    user: null,
    server: null,
    version: null,
    latency: null,
    evictionPolicy: null,
    memoryLimit: null,
    persistence: null,
    clockDifference: null,
  }
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /command timed out/i.test(message)
    ? `it said nothing within ${limits.redisAnswer} ms`
    : message.replace(/\.$/, '')
}

function stateOf(said: string): LiveRedis['state'] {
  if (/^it said nothing/.test(said)) return 'silent'
  if (/^(WRONGPASS|NOAUTH)|invalid (username-)?password|AUTH.*(password|called)/i.test(said)) return 'refuses-login'
  return /^[A-Z]{4,} /.test(said) && !/^connect /.test(said) ? 'refuses-sessions' : 'away'
}

async function infoOf(questions: RedisQuestions) {
  const info = String(await questions.ask('INFO'))
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null
  const limit = field('maxmemory')
  const isValkey = field('server_name') === 'valkey'
  return {
    server: isValkey ? ('valkey' as const) : ('redis' as const),
    version: isValkey ? field('valkey_version') : field('redis_version'),
    evictionPolicy: field('maxmemory_policy'),
    memoryLimit: limit === null ? null : Number(limit),
  }
}

async function persistenceOf(questions: RedisQuestions) {
  const settings = await Promise.all(['save', 'appendonly'].map((name) => questions.ask('CONFIG', 'GET', name)))
  const [save, appendonly] = settings.map((reply) => (Array.isArray(reply) ? String(reply[1] ?? '') : ''))
  return { snapshots: save !== '', log: appendonly === 'yes' }
}

/** Latency as the median of some PINGs, one after the other; the clocks with half of the way allowed for. */
async function timesOf(questions: RedisQuestions) {
  const times: number[] = []
  for (let n = 0; n < pings; n += 1) {
    const began = performance.now()
    await questions.ask('PING')
    times.push(performance.now() - began)
  }
  const before = Date.now()
  const reply = await questions.ask('TIME')
  // Whole milliseconds here, fractions there.
  const after = Date.now() + 1
  const [seconds, microseconds] = Array.isArray(reply) ? reply.map(Number) : []
  const theirs = (seconds ?? 0) * 1000 + (microseconds ?? 0) / 1000
  const clockDifference = theirs < before ? theirs - before : theirs > after ? theirs - after : 0
  const median = times.sort((a, b) => a - b)[pings >> 1] ?? 0
  return { latency: Math.round(median * 100) / 100, clockDifference: Math.round(clockDifference) }
}

/** What the server says where it refuses a step of a login: store, read, extend, remove. Undefined: all were done. */
async function refusalOf(store: Store): Promise<string | undefined> {
  const key = `doctor:${randomBytes(12).toString('base64url')}`
  try {
    const outcome = await store.write(key, { data: '{}', expires: Date.now() + 10_000 })
    const version = 'written' in outcome ? outcome.written : ''
    const entry = await store.read(key)
    const touched = await store.touch(key, Date.now() + 10_000, version)
    await store.remove(key)
    return entry?.version === version && touched ? undefined : 'it did not give back what was stored'
  } catch (error) {
    return wordsOf(error)
  }
}
