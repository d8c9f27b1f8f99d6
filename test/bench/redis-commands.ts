import type { Redis } from 'ioredis'
import { eventually } from '../servers/process.js'

/** Does some work, and answers the commands that clients sent meanwhile, in order; not what scripts do in the server. */
export async function commandsOf(admin: Redis, work: () => Promise<unknown>): Promise<string[]> {
  const seen: { name: string; text: string }[] = []
  const monitor = await admin.monitor()
  monitor.on('monitor', (_time: string, [name = '', text = '']: string[], source: string) => {
    if (source !== 'lua') seen.push({ name: name.toLowerCase(), text })
  })
  await work()
  const mark = `mark ${Math.random()}`
  await admin.echo(mark)
  await eventually('the monitor has seen everything', async () => seen.some(({ text }) => text === mark))
  monitor.disconnect()
  return seen.map(({ name }) => name).filter((name) => name !== 'echo')
}
