import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender, Place } from './contender.js'
import type { Usage } from './server-process.js'

/** A contender in a process of its own. */
export interface Served {
  readonly contender: Contender
  readonly origin: string
  usage(): Promise<Usage>
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('server-process.js', import.meta.url))

/** Starts a contender's process, and answers when it listens. */
export async function serve(contender: Contender, place: Place, execArgv: string[] = []): Promise<Served> {
  const child = fork(program, [contender.name, place.redis, place.directory], { execArgv, env: environment() })
  const [port] = await once(child, 'message')
  return {
    contender,
    origin: `http://127.0.0.1:${port}`,
    async usage() {
      child.send('usage')
      const [usage] = await once(child, 'message')
      return usage
    },
    stop: () => end(child),
  }
}

/** Settings of whoever measures must not change what is measured. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, UV_THREADPOOL_SIZE } = process.env
  return { NODE_ENV: 'production', PATH, HOME, TMPDIR, UV_THREADPOOL_SIZE }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}
