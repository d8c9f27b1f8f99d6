import { SessionError } from '../core/errors.js'

/** `ctx.session` was set to something without fields. */
export function notFields(): SessionError {
  return new SessionError(
    'SESSION_DATA_INVALID',
    'ctx.session was set to something that has no fields. Set an object to replace the fields, or null to end the session.',
  )
}

/** `ctx.session.maxAge` was set to something that is no time. */
export function notALifetime(): SessionError {
  return new SessionError(
    'SESSION_DATA_INVALID',
    "ctx.session.maxAge was set to something else than a number of milliseconds above 0, or 'session', so nobody could say when the session ends. If it came from a request, do not copy fields unseen.",
  )
}

/** The app's `resolve` promised an answer. */
export function resolvedLater(): SessionError {
  return new SessionError(
    'SESSION_OPTION_INVALID',
    'options.resolve answered a promise, and a merge cannot wait for it, so the change of this request was not stored. Answer the value itself; what takes time belongs into ctx.session.update().',
  )
}

/** The app's `resolve` answered something that JSON would change or lose. */
export function resolvedToNoJson(): SessionError {
  return new SessionError(
    'SESSION_DATA_INVALID',
    'options.resolve answered something that is no JSON (NaN, a Date, a function, …), so the change of this request could not be stored; the stored session stays as it was. Answer a plain value, or undefined to delete the field.',
  )
}

/** The session was changed in a request that goes on without a store. */
export function changedWhileDown(): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    'ctx.session was changed while the session store does not serve, so the change cannot be kept. This request goes on anonymously because onStoreDown says so; let it only read.',
  )
}

/** `save()`, `regenerate()` or `update()` was called inside a function that they wait for. */
export function waitsForItself(): SessionError {
  return new SessionError(
    'SESSION_UNAVAILABLE',
    'ctx.session.save(), regenerate() or update() was called inside the function of an update(), or inside beforeSave(). It would wait for that function, and the function for it, so the request would never end. Change the fields there and nothing else; what is changed is stored.',
  )
}

/** `update()` was called on a session that has been set to null. */
export function endedBefore(): SessionError {
  return new SessionError(
    'SESSION_UNAVAILABLE',
    'ctx.session.update() was called after ctx.session = null, so there is nothing to update. Set ctx.session to an object first to begin a new session.',
  )
}
