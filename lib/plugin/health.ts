import type { Context, Next } from 'koa'
import type { Backend } from '../core/backend.js'
import { SessionError } from '../core/errors.js'

/** A middleware that answers whether sessions can be served. */
export type HealthMiddleware = (ctx: Context, next: Next) => Promise<void>

/**
 * Answers 200 `{"status":"ok"}` while `check` resolves, and 503 with the code of the error when not; of the inside it
 * tells no more (OWASP ASVS 16.5.1). With a path, it answers there alone and leaves all else to the next middleware.
 */
export function createHealth(backend: Backend, check: () => Promise<void>, path: string | undefined): HealthMiddleware {
  return async function sessionHealth(ctx, next) {
    if (path !== undefined && ctx.path !== path) return next()
    const code = await check().then(() => undefined, codeOf)
    ctx.set('Cache-Control', 'no-store')
    ctx.status = code === undefined ? 200 : 503
    ctx.body = { status: code === undefined ? 'ok' : 'unavailable', sessions: backend, ...(code && { code }) }
  }
}

const codeOf = (error: unknown) => (error instanceof SessionError ? error.code : 'SESSION_STORE_DOWN')
