import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { AppReport } from '../../lib/audit/report.js'
import { projectRoot } from '../project.js'

/** Loaded before doctor: says on the fourth stream when a connection is begun. */
const connectionMark = `data:text/javascript,${encodeURIComponent(`
import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
subscribe('net.client.socket', () => writeSync(3, '.'))
`)}`

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')

export interface Diagnosis {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly app: AppReport
  /** The ids of what was found, in order. */
  readonly ids: readonly string[]
  /** ms from the first connection to the end. How long Node takes to start on a busy machine is not doctor's affair. */
  readonly took: number
}

/** Runs `doctor --format json` with nothing but these environment variables, while the test's own servers go on. */
export async function diagnose(
  directory: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Diagnosis> {
  const command = ['--import', connectionMark, program, 'doctor', directory, '--format', 'json', ...words]
  const child = spawn(process.execPath, command, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const { stdout, stderr, stdio } = child
  if (!stdout || !stderr) throw new Error('doctor was started without its streams')
  let began = performance.now()
  stdio[3]?.once('data', () => {
    began = performance.now()
  })
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'exit')])
  const took = performance.now() - began
  const [app] = out === '' ? [] : JSON.parse(out).apps
  return { code, out, err, app, ids: (app?.findings ?? []).map(({ id }: { id: string }) => id), took }
}

/** What a run takes at most from its first connection on, whatever the other side does, in ms. */
export const longestRun = 6_000

export const strongKey = 'Hd5WsQ9zLm2Xv7KtR4nYc8bJ3FpGaU1eTo6Ri0VkBxN'

/** An app that mounts sharedSession(). */
export const ourApp = {
  'package.json':
    '{"name":"shop","type":"module","dependencies":{"koa":"^3.0.0","koa-shared-session":"*"},"scripts":{"start":"node app.js"}}',
  'app.js': `import Koa from 'koa'
import { sharedSession } from 'koa-shared-session'

const app = new Koa()
app.use(sharedSession())
app.use((ctx) => {
  if (ctx.path === '/login') ctx.session.user = 'ada'
  ctx.body = { user: ctx.session.user ?? null, pid: process.pid }
})
app.listen(process.env.PORT ?? 3000, '127.0.0.1')
`,
}
