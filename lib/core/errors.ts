/**
 * Every way the package refuses or fails. Codes are API; the words of a message are not.
 * The sentence says when the code is seen; docs/errors.md is generated from here.
 */
export const errorCodes = {
  SESSION_OPTION_UNKNOWN: 'An option has a name that does not exist, or one of koa-session that has another name here.',
  SESSION_OPTION_INVALID: 'An option or environment variable has a value that cannot work.',
  SESSION_KEY_MISSING: 'Production has no secret key.',
  SESSION_KEY_WEAK: 'A secret key is too short, too regular or publicly known.',
  SESSION_COOKIE_INVALID: 'The cookie settings contradict each other, so browsers would drop the cookie.',
  SESSION_DIRECTORY_UNSAFE: 'The session directory is not private to this user, or cannot be made so.',
  SESSION_STORE_DOWN: 'The store refused, failed, or did not answer in time.',
  SESSION_FLEET_DIFFERS: 'Processes that serve one app have different secret keys, stores or prefixes.',
  SESSION_CONTENDED: 'Others wrote one session so often that a change could not be stored.',
  SESSION_MOUNTED_TWICE: 'Two session middlewares meet on one app.',
  SESSION_UNAVAILABLE:
    'ctx.session was used where it cannot be: before the middleware ran, on a skipped request, after it ended, or inside its own update().',
  SESSION_DATA_INVALID: 'ctx.session holds, or was set to, something that cannot be stored as JSON.',
  SESSION_NAME_RESERVED: 'A field of ctx.session has a name that belongs to the session itself.',
  SESSION_COOKIE_TOO_LARGE: 'A session kept in the cookie is larger than browsers accept.',
} as const

export type ErrorCode = keyof typeof errorCodes

/** The one error class of the package. `code` is stable; the message says what happened, why it matters, how to fix it. */
export class SessionError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'SessionError'
    this.code = code
  }
}
