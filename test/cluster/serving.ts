import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { projectRoot } from '../project.js'
import { eventually, freePort, freshDirectory } from '../servers/process.js'

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')
const app = fileURLToPath(new URL('./app.js', import.meta.url))

export interface ServeOptions {
  app?: string
  flags?: string[]
  env?: Record<string, string>
  cwd?: string
}

/** Who answered. */
export interface Answer {
  user: string | null
  pid: number
  slot: string
  version: string
}

/** A running `serve`. */
export class Serving {
  readonly port: number
  readonly #child: ChildProcess
  readonly #exit: Promise<number | string>
  #output = ''

  constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        this.#output += chunk
      })
    this.#exit = once(child, 'exit').then(([code, signal]) => code ?? signal)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get output(): string {
    return this.#output
  }

  /** Every process that the log says was started. */
  get workers(): number[] {
    return [...this.output.matchAll(/worker \d+ \(pid (\d+)\) starts/g)].map(([, pid]) => Number(pid))
  }

  count(pattern: RegExp): number {
    return this.output.match(new RegExp(pattern, `${pattern.flags}g`))?.length ?? 0
  }

  /** Waits until the output says it, so many times; fails when the server ends without. */
  async says(pattern: RegExp, times = 1): Promise<this> {
    const look = async () => this.count(pattern) >= times || (this.#child.exitCode !== null && 'ended')
    const found = await eventually(String(pattern), look).catch(() => 'late')
    if (found !== true && this.count(pattern) < times) throw new Error(`${pattern}: ${found}, after:\n${this.output}`)
    return this
  }

  /** Sends a signal to the whole process group, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): this {
    process.kill(-this.pid, signal)
    return this
  }

  /** Closes the pipes that the output is read from. */
  closeOutput(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy()
  }

  signal(signal: NodeJS.Signals): this {
    this.#child.kill(signal)
    return this
  }

  /** Waits until no connection is taken any more: by then the workers drain, not only the process that told them to. */
  refuses(): Promise<boolean> {
    return eventually('connections are refused', async () => {
      const probe = connect(this.port, '127.0.0.1')
      const refused = await once(probe, 'connect').then(
        () => false,
        () => true,
      )
      probe.destroy()
      return refused
    })
  }

  /** The exit code, or the signal. */
  ended(): Promise<number | string> {
    return this.#exit
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    return this.signal(signal).ended()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
    for (const pid of this.workers) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }

  /** Asks on a new connection. */
  async ask(path = '/', cookie?: string): Promise<Answer> {
    return JSON.parse((await this.get(path, cookie)).body)
  }

  get(path: string, cookie?: string): Promise<Reply> {
    return get(this.port, path, cookie ? { cookie } : {}, undefined)
  }

  /** Asks until so many workers have answered; answers the places they hold, by their pids. */
  async everybody(count: number): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    await eventually(`${count} workers answer`, async () => {
      const { pid, slot } = await this.ask()
      found.set(pid, slot)
      return found.size >= count
    })
    return found
  }

  /** Starts a request that is under way until its `finish`. */
  async hold(): Promise<Held> {
    const before = this.count(/got \/echo/)
    const headers = { connection: 'keep-alive' }
    const call = request({ port: this.port, path: '/echo', method: 'POST', agent: false, headers })
    const replied = once(call, 'response').then(async ([response]) => replyOf(response as IncomingMessage))
    replied.catch(() => undefined)
    call.write('held ')
    await this.says(/got \/echo/, before + 1)
    return {
      finish: () => {
        call.end('and finished')
        return replied
      },
      failed: () =>
        replied.then(
          () => 'answered',
          (error) => error.code,
        ),
    }
  }
}

export interface Held {
  finish(): Promise<Reply>
  /** The code of the error that ended it. */
  failed(): Promise<string>
}

export interface Reply {
  status: number | undefined
  body: string
  cookie: string
  connection: string | undefined
}

/** Starts `serve` with nothing but these environment variables. */
export async function startServe({ app: file = app, flags = [], env = {}, cwd }: ServeOptions = {}): Promise<Serving> {
  const port = Number(env.PORT ?? (await freePort()))
  const child = spawn(process.execPath, [program, 'serve', file, ...flags], {
    cwd: cwd ?? projectRoot,
    // A process group of its own.
    detached: true,
    env: {
      PATH: process.env.PATH,
      SESSION_FILE_DIR: `${freshDirectory()}/sessions`,
      PORT: String(port),
      ...env,
    },
  })
  return new Serving(child, port)
}

export async function get(port: number, path: string, headers: Record<string, string>, agent?: Agent): Promise<Reply> {
  const call = request({ port, host: '127.0.0.1', path, headers, agent: agent ?? false }).end()
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  return replyOf(response)
}

async function replyOf(response: IncomingMessage): Promise<Reply> {
  const set = response.headers['set-cookie'] ?? []
  const cookie = set.map((line) => line.split(';')[0]).join('; ')
  return { status: response.statusCode, body: await text(response), cookie, connection: response.headers.connection }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const nobodyLives = (pids: readonly number[]) =>
  eventually(`none of ${pids.join(', ')} lives`, async () => !pids.some(isAlive))
