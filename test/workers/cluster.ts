import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Sessions } from './worker-app.js'

/** What a worker answered. */
export interface Answer {
  user: string | null
  pid: number
}

/** Four running workers on one port. */
export interface Cluster {
  /** Asks on a new connection. Answers the body, and the cookies that were set as a Cookie header. */
  ask(path: string, cookie?: string): Promise<Answer & { cookie: string }>
  stop(): Promise<void>
}

/** Starts four workers with these sessions and nothing but these environment variables. */
export async function startCluster(sessions: Sessions, env: Record<string, string> = {}): Promise<Cluster> {
  const program = fileURLToPath(new URL('./cluster-server.js', import.meta.url))
  const child = fork(program, [sessions], { env: { PATH: process.env.PATH, ...env }, silent: true })
  const output = gather(child)
  const ended = once(child, 'exit')
  const [message] = await Promise.race([once(child, 'message'), ended.then(() => [undefined])])
  if (!message) throw new Error(`The workers did not start:\n${output()}`)
  return {
    ask: (path, cookie) => ask(`http://127.0.0.1:${message.port}${path}`, cookie),
    async stop() {
      child.disconnect()
      await ended
    },
  }
}

function gather(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  return () => output
}

async function ask(url: string, cookie: string | undefined): Promise<Answer & { cookie: string }> {
  // No agent, no connection to use again.
  const request = get(url, { agent: false, headers: cookie ? { cookie } : {} })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const body = await text(response)
  if (response.statusCode !== 200) throw new Error(`A worker answered ${response.statusCode}: ${body}`)
  const set = response.headers['set-cookie'] ?? []
  return { ...JSON.parse(body), cookie: set.map((line) => line.split(';')[0]).join('; ') }
}
