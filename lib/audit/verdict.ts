import { containerDirectories, hostDirectories } from './container-directories.js'
import type { LocalStateFact } from './facts/local-state.js'
import type { SecretFact } from './facts/secret.js'
import type { SessionFact } from './facts/session.js'
import type { Facts } from './facts.js'
import { failsToSign, refusedCookies } from './failing-logins.js'
import { isGiven } from './production-variables.js'
import type { Verdict } from './report.js'
import type { Topology } from './topology.js'
import { undecidedWhy } from './undecided.js'

/** Why a login is lost between processes. */
export type Cause =
  | { readonly what: 'memory-store'; readonly session: SessionFact }
  | { readonly what: 'key-per-process'; readonly secret: SecretFact }
  | { readonly what: 'key-missing'; readonly secret: SecretFact }
  | { readonly what: 'key-unusable'; readonly secret: SecretFact }
  | { readonly what: 'cookie-refused'; readonly session: SessionFact }
  | { readonly what: 'login-in-memory'; readonly state: LocalStateFact }
  | { readonly what: 'directory-per-host'; readonly session: SessionFact }
  | { readonly what: 'directory-per-container'; readonly session: SessionFact; readonly containers: number }

/** What breaks a login when the target's processes run. Insecure is not broken: a key that all share is none of these. */
export function causesOf(facts: Facts, { target }: Topology): Cause[] {
  const memory = facts.sessions.filter(({ store }) => store.shared === false)
  const apart = hostDirectories(facts, target.hosts)
  const perHost = apart?.are === 'separate' ? [apart.session] : []
  const files = target.hosts > 1 ? undefined : containerDirectories(facts)
  const perContainer = files?.are === 'separate' ? [files] : []
  const random = facts.sessions.length === 0 ? [] : facts.secrets.filter((secret) => isRandomForAll(secret, facts))
  const missing = facts.secrets.filter(({ kind, when }) => kind === 'missing' && when === 'any')
  const refused = refusedCookies(facts)?.sessions ?? []
  const logins = facts.localState.filter(({ carriesLogin, confidence }) => carriesLogin && confidence !== 'low')
  return [
    ...missing.map((secret): Cause => ({ what: 'key-missing', secret })),
    ...unusableKeys(facts).map((secret): Cause => ({ what: 'key-unusable', secret })),
    ...refused.map((session): Cause => ({ what: 'cookie-refused', session })),
    ...memory.map((session): Cause => ({ what: 'memory-store', session })),
    ...random.map((secret): Cause => ({ what: 'key-per-process', secret })),
    ...perHost.map((session): Cause => ({ what: 'directory-per-host', session })),
    ...perContainer.map(({ session, containers }): Cause => ({ what: 'directory-per-container', session, containers })),
    ...logins.map((state): Cause => ({ what: 'login-in-memory', state })),
  ]
}

/** A key made at random in each process, which no file, and no primary, hands on, and which production would use. */
export function makesKeyPerProcess(secret: SecretFact): boolean {
  return secret.kind === 'random' && secret.once === undefined && isLive(secret)
}

const isLive = ({ when }: SecretFact) => when === 'any' || when === 'production'

/** Whether each process has a key of its own: whatever the environment holds, or as no file gives production the variable. */
const isRandomForAll = (secret: SecretFact, facts: Facts) =>
  makesKeyPerProcess(secret) && (secret.variable === undefined || !isGiven(facts, secret.variable))

/** Keys with which Koa fails to sign the cookie of a session. */
function unusableKeys({ sessions, secrets }: Facts): SecretFact[] {
  const signs = sessions.some(({ signed, library }) => signed === true && library !== 'koa-shared-session')
  return signs ? secrets.filter((secret) => secret.kind !== 'missing' && isLive(secret) && failsToSign(secret)) : []
}

/** They fail with one process too. */
const failsAlone = ({ what }: Cause) => what === 'key-missing' || what === 'key-unusable' || what === 'cookie-refused'

/** Whether a login survives on the target's processes, and whether the rest of the app does. */
export function verdictOf(facts: Facts, topology: Topology): Verdict {
  const causes = causesOf(facts, topology)
  const sessions = answerOf(facts, causes, topology)
  const state = facts.localState.filter(({ confidence }) => confidence !== 'low')
  const isBroken = sessions === 'breaks' || state.some(({ admits }) => admits)
  const app = isBroken ? 'breaks' : state.length > 0 ? 'degrades' : sessions
  return {
    sessions,
    app,
    visibility: visibilityOf(facts, causes, topology, sessions),
    why: whyOf(facts, causes, topology, sessions),
  }
}

/** A login that fails in one process too: what several would do cannot be told before that is mended. */
function answerOf(facts: Facts, causes: readonly Cause[], topology: Topology): Verdict['sessions'] {
  if (causes.some((cause) => !failsAlone(cause))) return 'breaks'
  return causes.length > 0 || undecidedWhy(facts, topology) !== undefined ? 'undecided' : 'ready'
}

/** The share of requests that reach a process which knows the login. */
function visibilityOf(
  facts: Facts,
  causes: readonly Cause[],
  { target }: Topology,
  sessions: Verdict['sessions'],
): number | null {
  if (causes.some(failsAlone)) return 0
  if (sessions === 'undecided' || (facts.sessions.length === 0 && causes.length === 0)) return null
  if (causes.length === 0) return 1
  return 1 / partsOf(causes, target).count
}

function whyOf(facts: Facts, causes: readonly Cause[], topology: Topology, sessions: Verdict['sessions']): string {
  const [first] = causes
  if (facts.sessions.length === 0 && first === undefined && sessions === 'ready')
    return 'no session middleware is mounted, so no login can be lost between processes.'
  if (first !== undefined)
    return `${share(causes, topology)}: ${causes
      .map((cause) => reasonOf(cause))
      .filter(isFirst)
      .join(', and ')}.`
  const open = undecidedWhy(facts, topology)
  if (open !== undefined) return open
  return `${readyWhy(facts)}${remaining(facts, topology)}.`
}

function readyWhy({ sessions, secrets }: Facts): string {
  const isCookie = sessions.some(({ store }) => store.kind === 'cookie')
  const same = isCookie ? 'verify the same cookie' : 'see the same sessions'
  const key = secrets.some(({ once }) => once === 'file') ? ', once a file keeps it,' : ''
  const isKnown = secrets.length > 0 && secrets.every(({ kind }) => kind !== 'unknown')
  return `all processes ${same}${isKnown ? ` and${key} have the same key` : ''}`
}

/** What several processes still do differently from one: first what keeps people from logging in. */
function remaining({ localState }: Facts, { target }: Topology): string {
  const left = localState.filter(({ confidence }) => confidence !== 'low')
  if (left.length === 0) return ''
  const admitting = left.filter(({ admits }) => admits)
  const count = target.workers * target.hosts
  if (admitting[0] !== undefined && count > 1)
    return `; but a login needs ${admitting[0].what}, which about 1 request in ${count} finds`
  const named = left.map(({ what }) => what).filter(isFirst)
  const more = named.length > 2 ? `; and ${named.length - 2} more` : ''
  const first = named.slice(0, 2).map((what) => {
    const alike = left.filter((each) => each.what === what).length
    return alike > 1 ? `${what} (${alike} of them)` : what
  })
  return `; but each still has for itself: ${first.join('; ')}${more}`
}

const isFirst = (text: string, index: number, all: readonly string[]) => all.indexOf(text) === index

/** The prediction: with N processes a login is seen by about one request in N. */
function share(causes: readonly Cause[], { target, grows }: Topology): string {
  if (causes.some(failsAlone)) return 'no login works, with one process either'
  const { count, unit } = partsOf(causes, target)
  return count < 2
    ? 'a restart logs everybody out'
    : `with ${count} ${unit}${grows === undefined ? '' : ', as many as the autoscaler may start,'} a login is seen by about 1 request in ${count}`
}

/** Into how many parts the processes fall that do not know each other's logins. */
function partsOf(
  causes: readonly Cause[],
  target: Topology['target'],
): { readonly count: number; readonly unit: string } {
  if (causes.every(({ what }) => what === 'directory-per-host')) return { count: target.hosts, unit: 'hosts' }
  const [first] = causes
  if (first?.what === 'directory-per-container' && causes.every(({ what }) => what === first.what))
    return { count: first.containers, unit: 'containers' }
  return { count: target.workers * target.hosts, unit: target.hosts > 1 ? 'processes' : 'workers' }
}

function reasonOf(cause: Cause): string {
  switch (cause.what) {
    case 'key-missing':
      return 'cookies are signed and no key is set'
    case 'key-unusable':
      return `${cause.secret.sink.name} is not a list of strings, so no cookie can be signed`
    case 'cookie-refused':
      return 'the cookie is Secure, and the app does not trust the proxy that ends TLS'
    case 'key-per-process':
      return cause.secret.variable === undefined
        ? 'each process signs with a key of its own'
        : `each process signs with a key of its own where ${cause.secret.variable} is unset, and no file here sets it for production`
    case 'memory-store':
      return cause.session.store.how === 'single-process-database'
        ? `each process has its own picture of what ${cause.session.store.via ?? 'the database'} keeps`
        : 'each process keeps sessions in its own memory'
    case 'directory-per-host':
      return 'each host keeps sessions in its own directory'
    case 'directory-per-container':
      return 'each container keeps sessions in its own directory, and no volume is mounted there'
    case 'login-in-memory':
      return `each process has its own ${cause.state.what.replace(/^the /, '')}`
  }
}
