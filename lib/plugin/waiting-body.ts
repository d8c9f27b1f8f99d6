import { Stream } from 'node:stream'
import type { Context } from 'koa'

/**
 * Does work while a stream waits to be sent. Koa 3 listens for its errors only once it sends it, and an error that nobody
 * listens for would end the process. Fails with such an error, which is then answered as any other.
 */
export async function besideBody(ctx: Context, work: () => Promise<void>): Promise<void> {
  const { body } = ctx
  if (!(body instanceof Stream)) return work()
  let failure: { error: unknown } | undefined
  const note = (error: unknown) => {
    failure = { error }
  }
  body.once('error', note)
  try {
    await work()
  } finally {
    body.off('error', note)
  }
  if (failure && !ctx.headerSent) throw failure.error
}
