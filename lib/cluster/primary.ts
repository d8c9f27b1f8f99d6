import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { BootOutput, type WorkerOutput } from './boot-output.js'
import { type LogLine, lineOf } from './log.js'
import { type FromWorker, saysReady, settingsVariable, type ToWorker, unwrap, wrap } from './message.js'
import { isEcho } from './signals.js'
import type { Happening } from './supervisor/happening.js'
import type { Limits, Order } from './supervisor/order.js'
import { Supervisor } from './supervisor/supervisor.js'
import { watchTerminal } from './terminal.js'

/** What a generation of workers is started with. */
export interface Generation {
  readonly size: number
  /** Environment variables beside those of the primary. */
  readonly env: Readonly<Record<string, string>>
  /** Only a step on the way: when all workers are of this generation, another follows. */
  readonly another?: boolean
}

export interface PrimaryParts {
  readonly first: Generation
  /** Reads settings anew for a reload of workers that are all of one generation. What it throws aborts the reload. */
  readonly prepare: (from: Generation) => Promise<Generation>
  readonly program: { readonly entry: string; readonly args: readonly string[]; readonly execArgv: readonly string[] }
  readonly limits: Limits
  /** A worker is ready when it says so, not when it listens. */
  readonly waitReady: boolean
  readonly log: (line: LogLine) => void
  /** Called once, when all workers are ready for the first time. */
  readonly started: () => void
}

/** Output of a process that ended is waited for no longer: somebody else may hold the pipe. */
const patience = 200
/** A timer that is later than this was not late because of work: the process, or the machine, was stopped. */
const asleep = 1_000
const longestBeat = 5_000

interface Running {
  readonly worker: Worker
  readonly output: WorkerOutput
  readonly born: number
}

/** Runs the app in workers of node:cluster until it is told to stop, and answers the exit code. */
export function runPrimary(parts: PrimaryParts): Promise<number> {
  return new Promise((resolve) => new Primary(parts, resolve).start())
}

class Primary {
  readonly #parts: PrimaryParts
  readonly #supervisor: Supervisor
  readonly #running = new Map<number, Running>()
  readonly #bootOutput = new BootOutput(process.stderr)
  readonly #addresses = new Set<string>()
  /** Where workers could not listen, as far as it was said, since one was ready. */
  readonly #obstacles = new Set<string>()
  readonly #done: (code: number) => void
  /** What new workers are started with. */
  #generation: Generation
  /** What all workers were started with, as far as reloads go. */
  #settled: Generation
  #timer: NodeJS.Timeout | undefined
  #lastSignal: { name: string; at: number } | undefined

  constructor(parts: PrimaryParts, done: (code: number) => void) {
    this.#parts = parts
    this.#generation = parts.first
    this.#settled = parts.first
    this.#done = done
    const order = (order: Order) => this.#obey(order)
    this.#supervisor = new Supervisor({ size: parts.first.size, limits: parts.limits, order, random: Math.random })
  }

  start(): void {
    const { entry, args, execArgv } = this.#parts.program
    cluster.schedulingPolicy = cluster.SCHED_RR
    cluster.setupPrimary({
      exec: entry,
      args: [...args],
      execArgv: [...execArgv],
      // Standard error goes through here, so that an app that fails in every worker says it once.
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    this.#listen()
    this.#tell((now) => this.#supervisor.start(now))
  }

  #listen(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGBREAK'] as const)
      process.on(signal, () => this.#signalled(signal))
    const isHungUp = watchTerminal()
    process.on('SIGHUP', () => (isHungUp() ? this.#die() : this.#tell(() => this.#supervisor.reload())))
    if (process.platform === 'win32') return
    process.on('SIGUSR2', () => this.#tell(() => this.#supervisor.reload()))
    process.on('SIGTTIN', () => this.#tell((now) => this.#supervisor.resize(1, now)))
    process.on('SIGTTOU', () => this.#tell((now) => this.#supervisor.resize(-1, now)))
  }

  #signalled(name: string): void {
    const at = performance.now()
    const echo = isEcho(name, at, this.#lastSignal, process.env.npm_lifecycle_event !== undefined)
    this.#lastSignal = { name, at }
    if (!echo) this.#tell((now) => this.#supervisor.stop(name, now))
  }

  /** Lets the supervisor know something, and sets the clock for what it waits for next. */
  #tell(what: (now: number) => void): void {
    what(performance.now())
    clearTimeout(this.#timer)
    const wake = this.#supervisor.wake()
    if (wake === undefined) return
    this.#timer = setTimeout(() => this.#wakeUp(wake), Math.max(0, wake - performance.now()))
  }

  #wakeUp(due: number): void {
    const late = performance.now() - due
    // Signs of life that came meanwhile are still to be read.
    this.#tell((now) => (late > asleep ? this.#supervisor.slept(late) : this.#supervisor.tick(now)))
  }

  #obey(order: Order): void {
    if (order.do === 'fork') this.#fork(order.worker, order.slot)
    else if (order.do === 'drain') this.#drain(order)
    else if (order.do === 'kill') this.#running.get(order.worker)?.worker.process.kill(order.signal)
    else if (order.do === 'prepare') this.#prepare()
    else if (order.do === 'say') this.#say(order.happening)
    else this.#end(order.code)
  }

  #fork(id: number, slot: number): void {
    const { gracefulTimeout, workerTimeout } = this.#parts.limits
    const beat = workerTimeout > 0 ? Math.min(longestBeat, workerTimeout / 4) : longestBeat
    const worker = cluster.fork({
      ...this.#generation.env,
      KOA_SESSION_WORKER_ID: String(slot),
      NODE_APP_INSTANCE: String(slot - 1),
      [settingsVariable]: JSON.stringify({ grace: gracefulTimeout, beat }),
    })
    const output = this.#bootOutput.follow(worker.process.stderr as Readable)
    this.#running.set(id, { worker, output, born: performance.now() })
    worker.on('message', (message) => this.#heard(id, message))
    worker.process.once('exit', (code, signal) => this.#exited(id, code, signal))
    worker.on('error', (error) => this.#failed(id, error))
  }

  #heard(id: number, message: unknown): void {
    if (this.#parts.waitReady && saysReady(message)) this.#ready(id)
    const said = unwrap<FromWorker>(message)
    if (said?.tell === 'listening') {
      this.#addresses.add(said.address)
      if (!this.#parts.waitReady) this.#ready(id)
    }
    if (said?.tell === 'beat') this.#tell((now) => this.#supervisor.beat(id, said.memory, now))
    if (said?.tell === 'leaving') this.#tell((now) => this.#supervisor.leaving(id, now))
    if (said?.tell === 'cut-off') this.#tell(() => this.#supervisor.cutOff(id))
    if (said?.tell === 'drained') this.#send(id, { tell: 'leave' })
    if (said?.tell === 'blocked') this.#blocked(said.code, said.where)
  }

  #ready(id: number): void {
    this.#obstacles.clear()
    this.#running.get(id)?.output.ready()
    this.#tell((now) => this.#supervisor.ready(id, now))
  }

  #blocked(code: string, where: string): void {
    // All workers meet the same obstacle.
    if (!this.#obstacles.has(where)) this.#parts.log(blockedLine(code, where))
    this.#obstacles.add(where)
    this.#tell(() => this.#supervisor.blocked())
  }

  async #exited(id: number, code: number | null, signal: string | null): Promise<void> {
    const running = this.#running.get(id)
    if (!running) return
    const { stderr } = running.worker.process
    if (stderr && !stderr.closed) await Promise.race([once(stderr, 'close'), sleep(patience)])
    running.output.ended()
    this.#tell((now) => this.#supervisor.ended(id, { code, signal }, now))
    this.#running.delete(id)
  }

  #failed(id: number, error: Error): void {
    const { pid } = this.#running.get(id)?.worker.process ?? {}
    if (pid !== undefined) return
    this.#parts.log({ level: 'error', event: 'fork-failed', text: `a process could not be started: ${error.message}` })
    this.#exited(id, 1, null)
  }

  #drain({ worker, grace, why }: Extract<Order, { do: 'drain' }>): void {
    const delay = why === 'stop' ? this.#parts.limits.drainDelay : 0
    this.#send(worker, { tell: 'drain', grace, delay, why })
  }

  #send(id: number, message: ToWorker): void {
    const worker = this.#running.get(id)?.worker
    // A channel that has just closed belongs to a worker whose exit is about to be told.
    if (worker?.isConnected()) worker.process.send(wrap(message), undefined, undefined, () => {})
  }

  async #prepare(): Promise<void> {
    try {
      const next = await this.#parts.prepare(this.#settled)
      this.#generation = next
      this.#tell((now) => this.#supervisor.prepared({ size: next.size }, now))
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      this.#tell((now) => this.#supervisor.prepared({ problem }, now))
    }
  }

  #say(happening: Happening): void {
    if (happening.event === 'reload-done') this.#settle()
    if (happening.event === 'reload-aborted') this.#generation = this.#settled
    const pid = 'worker' in happening ? this.#running.get(happening.worker)?.worker.process.pid : undefined
    this.#parts.log(lineOf(happening, pid, [...this.#addresses]))
    if (happening.event === 'all-ready') this.#parts.started()
  }

  #settle(): void {
    this.#settled = this.#generation
    if (this.#settled.another) setImmediate(() => this.#tell(() => this.#supervisor.reload()))
  }

  /** The terminal was closed: as with any program, all is over. Node itself cannot exit in order then (it aborts). */
  #die(): void {
    for (const { worker } of this.#running.values()) worker.process.kill('SIGKILL')
    process.kill(process.pid, 'SIGKILL')
  }

  #end(code: number): void {
    this.#bootOutput.flush()
    clearTimeout(this.#timer)
    this.#done(code)
  }
}

function blockedLine(code: string, where: string): LogLine {
  const text =
    code === 'EADDRINUSE'
      ? `${where} is taken: another process listens there. Stop it (lsof -i shows it), or choose another port: --port, or PORT in the environment`
      : code === 'EACCES'
        ? `this user may not listen on ${where}. Ports below 1024 need rights; choose another port and put a proxy in front`
        : `the app cannot listen on ${where} (${code})`
  return { level: 'error', event: 'blocked', text, fields: { code, where } }
}
