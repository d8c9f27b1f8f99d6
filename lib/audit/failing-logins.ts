import type { ProxyFact } from './facts/proxy.js'
import type { SecretFact } from './facts/secret.js'
import type { SessionFact } from './facts/session.js'
import type { Facts } from './facts.js'

/** Koa's own keys, a list of strings: other sinks take strings. */
export const isKoas = ({ sink }: SecretFact): boolean => /(^|\.)keys$/.test(sink.name) || sink.name === 'new Koa'

/** Whether Koa fails with it when it signs the first cookie. */
export const failsToSign = (secret: SecretFact): boolean =>
  isKoas(secret) && /^(string|nested|null|undefined|empty)$/.test(secret.shape)

/** Ours, and Flask's: what came over which connection is nothing to them. */
const setsItAnyway = /^(koa-shared-session|flask|flask-session)$/

/** Sessions whose Secure cookie the app refuses to set, since it does not know that the proxy ended TLS. */
export function refusedCookies({
  sessions,
  proxies,
  trust,
  lifecycle,
}: Facts): { readonly proxy: ProxyFact; readonly sessions: readonly SessionFact[] } | undefined {
  const proxy = proxies.find(({ tls }) => tls !== false)
  if (proxy === undefined || lifecycle.ownHttps || trust.some(({ value }) => value !== false)) return undefined
  const refused = sessions.filter(({ cookie, library }) => cookie.secure?.value === true && !setsItAnyway.test(library))
  return refused.length === 0 ? undefined : { proxy, sessions: refused }
}
