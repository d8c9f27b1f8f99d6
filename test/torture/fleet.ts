import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { clock, type Operation, type Report } from './operation.js'
import type { Setting } from './peer.js'
import { type Raw, send } from './send.js'

/** An answer, when it was asked for and when it came. */
export interface Answer extends Omit<Raw, 'body'> {
  body: string
  /** Undefined where the app did not get as far as answering. */
  report: Report | undefined
  /** µs, see `clock`. */
  start: number
  end: number
}

/** A request that waits between reading and writing; `reached` also resolves when it was answered without waiting. */
export interface Held {
  reached: Promise<void>
  release(): void
  answer: Promise<Answer>
}

const workerCount = 4

/** Four worker processes that serve one app on one port. */
export class Fleet {
  readonly #workers: Worker[]
  readonly #port: number
  readonly #errors: string[]
  readonly #gates = new Map<number, { reach: () => void; worker?: Worker }>()
  #lastGate = 0

  private constructor(workers: Worker[], port: number, errors: string[]) {
    this.#workers = workers
    this.#port = port
    this.#errors = errors
    for (const worker of workers) worker.on('message', ({ held }: { held?: number }) => this.#reached(held, worker))
  }

  /** Starts the workers; they end with this process whatever happens to it. */
  static async start(setting: Setting): Promise<Fleet> {
    cluster.setupPrimary({ exec: fileURLToPath(new URL('./worker.js', import.meta.url)), args: [], silent: true })
    const environment = { TORTURE_SETTING: JSON.stringify(setting), NODE_ENV: 'production' }
    const workers = Array.from({ length: workerCount }, () => cluster.fork(environment))
    const errors: string[] = []
    for (const worker of workers) {
      worker.process.stdout?.resume()
      worker.process.stderr?.on('data', (part) => errors.push(String(part)))
    }
    try {
      const ports = await Promise.all(workers.map((worker) => portOf(worker)))
      return new Fleet(workers, ports[0] ?? 0, errors)
    } catch (error) {
      await stopAll(workers)
      throw new Error(`The workers of ${setting.peer} did not start:\n${errors.join('')}`, { cause: error })
    }
  }

  /** What the workers wrote to stderr last. */
  get errors(): string {
    return this.#errors.join('').slice(-4000)
  }

  async ask(operation: Operation, cookie: string): Promise<Answer> {
    const start = clock()
    const raw = await send(this.#port, `/?${encodeURIComponent(JSON.stringify(operation))}`, cookie)
    return { ...raw, start, end: clock(), report: raw.status === 200 ? JSON.parse(raw.body) : undefined }
  }

  /** Asks, and has the handler wait between reading and writing. */
  hold(operation: Operation, ask: (gated: Operation) => Promise<Answer>): Held {
    this.#lastGate += 1
    const gate = this.#lastGate
    const reached = new Promise<void>((reach) => this.#gates.set(gate, { reach }))
    const answer = ask({ ...operation, gate }).finally(() => {
      this.#gates.get(gate)?.reach()
      this.#gates.delete(gate)
    })
    return { reached, answer, release: () => void this.#gates.get(gate)?.worker?.send({ release: gate }) }
  }

  /** Ends the workers. */
  stop(): Promise<void> {
    return stopAll(this.#workers)
  }

  #reached(held: number | undefined, worker: Worker): void {
    const gate = held === undefined ? undefined : this.#gates.get(held)
    if (!gate) return
    gate.worker = worker
    gate.reach()
  }
}

function portOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.on('message', ({ port }: { port?: number }) => port && resolve(port))
    worker.once('exit', () => reject(new Error('a worker ended before it served')))
  })
}

async function stopAll(workers: readonly Worker[]): Promise<void> {
  const ends = workers.map(async (worker) => {
    if (worker.isDead()) return
    const end = once(worker, 'exit')
    worker.process.kill('SIGKILL')
    await end
  })
  await Promise.all(ends)
}
