import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A running server process. `stop` ends it and removes its directory; `pause` and `resume` stop and continue it as it is. */
export interface ServerProcess {
  readonly pid: number
  readonly directory: string
  alive(): boolean
  /** What the server has logged. */
  log(): string
  stop(): Promise<void>
  pause(): void
  resume(): void
}

/** A directory of its own under the system's temporary one, gone when the test process ends. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kss-'))
  atExit(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A port on 127.0.0.1 that was free just now. Low enough for a Cluster bus port, which is 10000 above. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port <= 55_535 ? address.port : freePort()
}

/** Starts `redis-server` or `valkey-server`, whichever is found first, with these arguments, in `directory`. */
export function spawnServer(args: string[], directory: string): ServerProcess {
  const logFile = join(directory, 'log')
  const child = spawn(serverProgram(), [...args, '--dir', directory, '--logfile', logFile], { stdio: 'ignore' })
  const kill = () => child.kill('SIGKILL')
  atExit(kill)
  const alive = () => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid ?? 0,
    directory,
    alive,
    log: () => readLog(logFile),
    stop: () => end(child, directory),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
  }
}

/** Looks again and again until an answer comes that is neither undefined nor false nor an error, and fails after `limit` ms. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  limit = 20_000,
): Promise<T> {
  const giveUpAt = performance.now() + limit
  for (let failure: unknown; ; ) {
    try {
      const answer = await look()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      failure = error
    }
    if (performance.now() > giveUpAt) throw new Error(`${what}: still not so after ${limit} ms`, { cause: failure })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function serverProgram(): string {
  const found = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0)
  if (!found)
    throw new Error(
      'Neither redis-server nor valkey-server is on PATH. "node test/servers/ensure-redis.mjs" installs one.',
    )
  return found
}

async function end(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  rmSync(directory, { recursive: true, force: true })
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const lastActs: (() => void)[] = []

function atExit(act: () => void): void {
  if (lastActs.push(act) > 1) return
  process.on('exit', () => {
    for (const last of lastActs) last()
  })
  process.once('SIGTERM', () => process.exit(143))
  process.once('SIGHUP', () => process.exit(129))
}
