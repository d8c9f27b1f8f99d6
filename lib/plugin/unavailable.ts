import type { Context } from 'koa'
import { SessionError } from '../core/errors.js'
import type { DownPolicy, Hooks } from './setup.js'

/** Seconds after which a client may ask again. */
const retryAfter = '2'

/** Whether an error says that the store does not serve. */
export function isStoreDown(error: unknown): boolean {
  return error instanceof SessionError && error.code === 'SESSION_STORE_DOWN'
}

/**
 * What the client sees while the store is down: 503, when to try again, and nothing about the inside (RFC 9110 section
 * 15.6.4; OWASP ASVS 16.5.1). Exposed, so that Koa does not print a stack for every request of an outage.
 */
export function unavailable(): SessionError {
  const error = new SessionError('SESSION_STORE_DOWN', 'Service Unavailable. Please try again in a few seconds.')
  return Object.assign(error, { status: 503, expose: true, headers: { 'Retry-After': retryAfter } })
}

/** What a request with a session cookie gets while the store is down. */
export async function downPolicy(ctx: Context, { onStoreDown = 'fail' }: Hooks): Promise<DownPolicy> {
  return typeof onStoreDown === 'function' ? onStoreDown(ctx) : onStoreDown
}
