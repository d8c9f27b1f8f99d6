import type { Context, Next } from 'koa'
import type { Backend } from '../core/backend.js'
import { SessionError } from '../core/errors.js'

/** A middleware that answers whether sessions can be served. */
export type HealthMiddleware = (ctx: Context, next: Next) => Promise<void>

/** Set by `serve` while the server stops, so that load balancers look away before it does. */
const stopping = Symbol.for('koa-shared-session.stopping')

/**
 * Answers 200 `{"status":"ok"}` while `check` resolves, and 503 with the code of the error when not; of the inside it
 * tells no more (OWASP ASVS 16.5.1). While `serve` stops, 503 and `stopping`. With a path, it answers there alone and leaves all else to the next middleware.
 */
export function createHealth(backend: Backend, check: () => Promise<void>, path: string | undefined): HealthMiddleware {
  return async function sessionHealth(ctx, next) {
    if (path !== undefined && ctx.path !== path) return next()
    const code = await check().then(() => undefined, codeOf)
    const status = Reflect.get(globalThis, stopping) ? 'stopping' : code === undefined ? 'ok' : 'unavailable'
    ctx.set('Cache-Control', 'no-store')
    ctx.status = status === 'ok' ? 200 : 503
    ctx.body = { status, sessions: backend, ...(code && { code }) }
  }
}

const codeOf = (error: unknown) => (error instanceof SessionError ? error.code : 'SESSION_STORE_DOWN')
