import type { Cost, RedisTap } from './redis-tap.js'
import { ask, type SessionApp } from './session-apps.js'

/** What a request does to its session. */
export const requests = ['anonymous', 'untouched', 'read', 'write', 'first login', 'login', 'logout'] as const
export type RequestKind = (typeof requests)[number]
export type RequestCosts = Readonly<Record<RequestKind, Cost>>

/** What each kind of request costs an app in Redis, when nobody else wants the same session. */
export async function requestCosts(tap: RedisTap, app: SessionApp): Promise<RequestCosts> {
  await warmUp(app)
  let cookie = await ask(app, '/start')
  const cost = (path: string, cookieBefore: string) =>
    tap.costOf(async () => {
      cookie = await ask(app, path, cookieBefore)
    })
  return {
    anonymous: await cost('/untouched', ''),
    'first login': await cost('/start', ''),
    untouched: await cost('/untouched', cookie),
    read: await cost('/read', cookie),
    write: await cost('/write', cookie),
    login: await cost('/login', cookie),
    logout: await cost('/logout', cookie),
  }
}

// Connections are set up, and the server has learnt the scripts, once per process and not per request.
async function warmUp(app: SessionApp): Promise<void> {
  let cookie = ''
  for (const path of ['/start', '/write', '/login', '/logout']) cookie = await ask(app, path, cookie)
}
