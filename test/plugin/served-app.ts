import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import {
  memoryStore,
  type SessionEventDetail,
  type SharedSession,
  type SharedSessionOptions,
  sharedSession,
} from 'koa-shared-session'
import { Browser } from './browser.js'

declare module 'koa-shared-session' {
  interface SessionData {
    user: string
    views: number
    a: unknown
    b: unknown
    c: unknown
    cart: Record<string, unknown>
  }
}

export const strongKey = 'Zk8wq1TzF0s6nYbVx3uLr9eHc2aJd5mPg7KoQi4tNfE'
export const otherKey = 'p4R1vXcY8mN0zQwL6tJ3hGfD9sAbKeU2iOy7BnCxVrM'

/** Log lines instead of the console. */
export class LogBook {
  readonly lines: { level: string; line: string }[] = []
  info = (line: string) => void this.lines.push({ level: 'info', line })
  warn = (line: string) => void this.lines.push({ level: 'warn', line })
  error = (line: string) => void this.lines.push({ level: 'error', line })
  at(level: string): string[] {
    return this.lines.filter((entry) => entry.level === level).map((entry) => entry.line)
  }
}

export type Routes = Record<string, (ctx: Context) => unknown>

export interface Served {
  app: Koa
  origin: string
  sessions: SharedSession
  log: LogBook
  events: { event: string; detail: SessionEventDetail }[]
  /** What reached `app.on('error')`. */
  errors: Error[]
  browser(): Browser
  close(): Promise<void>
}

const eventNames = ['missed', 'expired', 'invalid', 'conflict', 'dropped', 'store-down', 'store-up']

/**
 * A Koa app with the plugin and some routes (path → handler; what it answers is the body), on a free port.
 * `prepare` mounts before the plugin, `behind` after it.
 */
export async function serve(
  options: SharedSessionOptions,
  routes: Routes,
  prepare?: (app: Koa) => void,
  behind?: (app: Koa) => void,
): Promise<Served> {
  const app = new Koa()
  const log = new LogBook()
  const events: Served['events'] = []
  const errors: Error[] = []
  for (const name of eventNames)
    app.on(`session:${name}`, (detail) => events.push({ event: `session:${name}`, detail }))
  app.on('error', (error) => errors.push(error))
  const sessions = sharedSession({ keys: strongKey, store: memoryStore(), logger: log, ...options })
  prepare?.(app)
  app.use(sessions)
  behind?.(app)
  app.use(async (ctx) => {
    const handler = routes[ctx.path]
    if (!handler) return
    const body = await handler(ctx as Context)
    if (body !== undefined) ctx.body = body
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    app,
    origin,
    sessions,
    log,
    events,
    errors,
    browser: () => new Browser(origin),
    async close() {
      server.closeAllConnections()
      server.close()
      await sessions.close()
    },
  }
}

/** Runs with one served app, and closes it. */
export async function withApp(
  options: SharedSessionOptions,
  routes: Routes,
  work: (served: Served) => Promise<void>,
  prepare?: (app: Koa) => void,
  behind?: (app: Koa) => void,
): Promise<void> {
  const served = await serve(options, routes, prepare, behind)
  try {
    await work(served)
  } finally {
    await served.close()
  }
}

/** A clock that stands still until it is told to go on; `Date` shows it while it is in force. */
export class FakeClock {
  #now = 1_750_000_000_000
  readonly #real = Date.now
  start(): void {
    Date.now = () => this.#now
  }
  stop(): void {
    Date.now = this.#real
  }
  get now(): number {
    return this.#now
  }
  passSeconds(seconds: number): void {
    this.#now += seconds * 1000
  }
}

/** A promise and the means to end it: lets a test hold one request while others run. */
export class Gate {
  readonly opened: Promise<void>
  open: () => void = () => undefined
  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve
    })
  }
}
