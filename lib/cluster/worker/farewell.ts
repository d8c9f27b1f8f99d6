import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long what the app still has to do may take, in ms. */
const patience = 5_000

/** Asks the app to put its things away: `process.on('koa-shared-session:shutdown', (waitUntil) => …)`. */
export async function askApp(): Promise<void> {
  const tasks: unknown[] = []
  emit('koa-shared-session:shutdown', (task: unknown) => tasks.push(task))
  await Promise.race([Promise.allSettled(tasks), sleep(patience, undefined, { ref: false })])
}

/** Tells the app that it drains, so that it can say goodbye on connections that would stay: WebSockets, event streams. */
export function announceDrain(): void {
  emit('koa-shared-session:drain')
}

/**
 * Ends the process. An app that listens for SIGTERM gets it first, as it would without us, and the time to do what it
 * does then; `own` is our listener.
 */
export async function leave(own: () => void): Promise<never> {
  process.off('SIGTERM', own)
  if (process.listenerCount('SIGTERM') > 0) {
    emit('SIGTERM', 'SIGTERM', 15)
    await Promise.race([once(process, 'beforeExit'), sleep(patience, undefined, { ref: false })])
  }
  process.exit(0)
}

// A listener of the app that throws must not keep the process from ending.
function emit(event: string, ...args: unknown[]): void {
  for (const listener of process.listeners(event as 'SIGTERM')) {
    try {
      Reflect.apply(listener, process, args)
    } catch (error) {
      console.error(error)
    }
  }
}
