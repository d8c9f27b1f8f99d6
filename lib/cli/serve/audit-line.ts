import { execFile } from 'node:child_process'
import type { Socket } from 'node:net'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { LogLine } from '../../cluster/log.js'

/** ms. */
const limit = 60_000
const mostOutput = 64 * 1024 * 1024
/** Of the memory that workers are not reckoned to need. */
const needed = 256 * 1024 * 1024
const lowPriority = 10

/** Whether the memory (bytes) has room for an audit beside so many workers. */
export function hasRoomForAudit(memory: number, workers: number, workerMb: number): boolean {
  return memory - workers * workerMb * 1024 * 1024 >= needed
}

/**
 * What `migrate` says of the app in a directory, in a line for the log; undefined where it finds no error, or cannot
 * look. Runs in a process of its own and behind everything else, so that serving does not wait for it.
 */
export function auditLine(directory: string): Promise<LogLine | undefined> {
  const program = fileURLToPath(
    new URL('dist/bin/koa-shared-session.js', import.meta.resolve('koa-shared-session/package.json')),
  )
  const args = [program, 'migrate', directory, '--format', 'json', '--fail-on', 'never']
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { timeout: limit, maxBuffer: mostOutput }, (_error, output) =>
      resolve(lineOf(errorsIn(output))),
    )
    // A server that stops does not wait for it.
    for (const held of [child, child.stdout as Socket | null, child.stderr as Socket | null]) held?.unref()
    try {
      if (child.pid !== undefined) setPriority(child.pid, lowPriority)
    } catch {
      // Some systems do not let it; it is quick all the same.
    }
  })
}

function errorsIn(output: string): number {
  try {
    const { apps } = JSON.parse(output) as { apps: { findings: { severity: string }[] }[] }
    return apps.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error').length
  } catch {
    return 0
  }
}

function lineOf(errors: number): LogLine | undefined {
  if (errors === 0) return undefined
  const text = `migrate finds ${errors} error${errors === 1 ? '' : 's'} in this app: npx koa-shared-session migrate explains ${errors === 1 ? 'it' : 'them'}`
  return { level: 'warn', event: 'audit', text, fields: { errors } }
}
