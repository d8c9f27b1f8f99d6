import type { Context } from 'koa'
import { SessionError } from '../core/errors.js'
import { reasonOf } from './outage.js'
import type { DownPolicy, Setup } from './setup.js'

/** Seconds after which a client may ask again. */
const retryAfter = '2'

/** Whether an error says that the store does not serve. */
export function isStoreDown(error: unknown): boolean {
  return error instanceof SessionError && error.code === 'SESSION_STORE_DOWN'
}

/**
 * What the client sees while the store is down: 503, when to try again, and nothing about the inside (RFC 9110 section
 * 15.6.4; OWASP ASVS 16.5.1). Exposed, so that Koa does not print a stack for every request of an outage. The reason is
 * its cause.
 */
export function unavailable(cause: unknown): SessionError {
  const words = 'Service Unavailable. Please try again in a few seconds.'
  const error = new SessionError('SESSION_STORE_DOWN', words, { cause })
  return Object.assign(error, { status: 503, expose: true, headers: { 'Retry-After': retryAfter } })
}

/** Fails with what the client is to see, also where the app's own error middleware shows messages and statuses. */
export function refuse(error: unknown): never {
  throw isStoreDown(error) ? unavailable(error) : error
}

/**
 * What a request with a session cookie gets while the store is down. A function that fails, or answers neither word, has
 * decided nothing: then the request gets 503, and that is said once.
 */
export async function downPolicy(ctx: Context, { hooks, log }: Setup): Promise<DownPolicy> {
  const { onStoreDown = 'fail' } = hooks
  if (typeof onStoreDown !== 'function') return onStoreDown
  try {
    const answer = await onStoreDown(ctx)
    if (answer === 'fail' || answer === 'anonymous') return answer
    log.errorOnce('onStoreDown', undecided('it answered something else'))
  } catch (error) {
    log.errorOnce('onStoreDown', undecided(reasonOf(error)))
  }
  return 'fail'
}

const undecided = (why: string) =>
  `options.onStoreDown did not decide what a request gets while the store is down: ${why}. The request got 503, and others will. Let it answer 'fail' or 'anonymous', and throw nothing.`
