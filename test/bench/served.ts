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
  /** The same, after a collection of garbage. */
  usageCollected(): Promise<Usage>
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('server-process.js', import.meta.url))

/** Starts a contender's process, and answers when it listens. */
export async function serve(contender: Contender, place: Place): Promise<Served> {
  const words = [contender.module, contender.name, place.redis, place.directory]
  const child = fork(program, words, { execArgv: ['--expose-gc'], env: environment() })
  const [port] = await answer(child, contender)
  const ask = async (question: 'usage' | 'collect') => {
    child.send(question)
    const [usage] = await answer(child, contender)
    return usage
  }
  return {
    contender,
    origin: `http://127.0.0.1:${port}`,
    usage: () => ask('usage'),
    usageCollected: () => ask('collect'),
    stop: () => end(child),
  }
}

async function answer(child: ChildProcess, { name }: Contender) {
  const gone = new AbortController()
  const ended = () => gone.abort(new Error(`the process of ${name} ended`))
  child.once('exit', ended)
  try {
    return await once(child, 'message', { signal: gone.signal })
  } finally {
    child.off('exit', ended)
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
