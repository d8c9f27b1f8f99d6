import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { Redis } from 'ioredis'
import { eventually } from '../servers/process.js'

/**
 * Does some work, and answers the commands that clients sent meanwhile, in order; not what scripts do in the server.
 * MONITOR has a socket of its own, since ioredis takes what comes right behind its OK for answers to nothing.
 */
export async function commandsOf(admin: Redis, work: () => Promise<unknown>): Promise<string[]> {
  const { host = '127.0.0.1', port = 6379 } = admin.options
  const socket = connect(port, host)
  const lines = createInterface(socket)
  const seen: string[] = []
  socket.write('MONITOR\r\n')
  await once(lines, 'line')
  lines.on('line', (line) => seen.push(line))
  await work()
  const mark = `mark ${Math.random()}`
  await admin.echo(mark)
  await eventually('the monitor has seen everything', async () => seen.some((line) => line.includes(mark)))
  socket.destroy()
  return seen.flatMap((line) => nameIn(line) ?? []).filter((name) => name !== 'echo')
}

/** The command of `+1339518083.107412 [0 127.0.0.1:60866] "get" "x"`; none where a script sent it. */
function nameIn(line: string): string | undefined {
  return /^\+[\d.]+ \[\d+ (?!lua\])[^\]]*\] "(\w+)"/.exec(line)?.[1]?.toLowerCase()
}
