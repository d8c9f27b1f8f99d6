import { Stream } from 'node:stream'
import type Application from 'koa'
import type { Context, Next } from 'koa'
import { SessionError } from '../core/errors.js'
import { attach, skipped } from './context-session.js'
import { engineOf } from './engine.js'
import { loadSession } from './load.js'
import { RequestSession } from './request-session.js'
import { answerCookie } from './session-cookie.js'
import type { Setup } from './setup.js'
import { downPolicy, isStoreDown, refuse, unavailable } from './unavailable.js'
import { besideBody } from './waiting-body.js'

/** One request: read, let the handler work, store, answer the cookie. */
export function createMiddleware(setup: Setup): (ctx: Context, next: Next) => Promise<void> {
  return async function sharedSession(ctx, next) {
    const engine = engineOf(ctx.app, setup.log)
    join(ctx.app, setup)
    if (setup.hooks.skip && (await setup.hooks.skip(ctx))) {
      attach(ctx, skipped)
      await next()
      return
    }
    const request = new RequestSession(setup, engine, ctx)
    attach(ctx, request)
    if (ctx.headers.cookie !== undefined) {
      try {
        await loadSession(ctx, setup, request)
      } catch (error) {
        await goOnWithoutStore(ctx, setup, request, error)
      }
    }
    try {
      await next()
    } catch (error) {
      await finishBehindError(ctx, setup, request)
      refuse(error)
    }
    if (request.isAbsent) watchLateChanges(ctx, setup, request)
    else await besideBody(ctx, () => finish(ctx, setup, request))
  }
}

/** An app's first request: apps that sign other cookies find the same keys, unless they have their own. */
function join(app: Application, { apps, ring }: Setup): void {
  if (apps.has(app)) return
  apps.add(app)
  const { keys } = app
  if (!keys || (Array.isArray(keys) && keys.length === 0)) app.keys = [...ring.keys]
}

/** The session could not be read: where `onStoreDown` says so, the request goes on without one. */
async function goOnWithoutStore(ctx: Context, setup: Setup, request: RequestSession, error: unknown): Promise<void> {
  if (!isStoreDown(error)) throw error
  if ((await downPolicy(ctx, setup)) !== 'anonymous') throw unavailable(error)
  request.suspended = true
}

async function finish(ctx: Context, setup: Setup, request: RequestSession): Promise<void> {
  try {
    const finishing = request.finish()
    if (finishing) await finishing
    answerCookie(ctx, setup, request)
    watchLateChanges(ctx, setup, request)
  } catch (error) {
    if (isUnstorable(error) || isAnswered(ctx)) return tellLoss(ctx, setup, error)
    if (isStoreDown(error) && (await mayStand(ctx, setup, request))) return
    answerCookie(ctx, setup, request)
    refuse(error)
  }
}

/** The response has begun, or is the app's own: an error would leave the client waiting for ever, or answer twice. */
const isAnswered = (ctx: Context) => ctx.headerSent || ctx.respond === false

/** Whether the handler's answer stands although its change is lost: where `onStoreDown` says so, and never for a logout. */
async function mayStand(ctx: Context, setup: Setup, request: RequestSession): Promise<boolean> {
  if (request.suspended || request.cookie === 'clear') return false
  if ((await downPolicy(ctx, setup)) !== 'anonymous') return false
  setup.announce('session:dropped', 'the store took no writes, and onStoreDown let the answer stand', ctx.app, ctx)
  return true
}

/** A change is lost behind an answer that stands. Of a store that is down the log knows already. */
function tellLoss(ctx: Context, setup: Setup, error: unknown): void {
  if (isStoreDown(error))
    setup.announce('session:dropped', 'the store did not serve, and the answer stood', ctx.app, ctx)
  else if (error instanceof SessionError) setup.log.error(error.message)
  else ctx.app.emit('error', error, ctx)
}

/** Warns: Koa sends a stream when all middleware is done, and by then the session is stored. */
function watchLateChanges(ctx: Context, setup: Setup, request: RequestSession): void {
  const isSentLater = ctx.body instanceof Stream || ctx.body instanceof ReadableStream || ctx.respond === false
  if (!isSentLater) return
  ctx.res.once('close', () => {
    if (request.hasUnsavedChanges)
      setup.log.warnOnce(
        'late change',
        'ctx.session was changed after the response had begun, so the change is lost. Change it before the handler returns, or call await ctx.session.save() where it is changed.',
      )
  })
}

/** The handler failed: its session and cookie are kept all the same, and its error is what the client sees. */
async function finishBehindError(ctx: Context, setup: Setup, request: RequestSession): Promise<void> {
  try {
    await request.finish()
  } catch (second) {
    tellLoss(ctx, setup, second)
  }
  answerCookie(ctx, setup, request)
}

const unstorable: readonly string[] = ['SESSION_DATA_INVALID', 'SESSION_NAME_RESERVED', 'SESSION_COOKIE_TOO_LARGE']

/** The handler's work is done and its answer stands; only the session keeps its last good state. */
function isUnstorable(error: unknown): boolean {
  return error instanceof SessionError && unstorable.includes(error.code)
}
