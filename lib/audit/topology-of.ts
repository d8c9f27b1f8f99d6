import type { HostsFact, ProcessFact } from './facts/deployment.js'
import type { Facts } from './facts.js'
import type { Topology } from './topology.js'

/** What people ask for on the command line. */
export interface Wanted {
  readonly workers?: number | 'auto' | undefined
  readonly hosts?: number | undefined
  readonly store?: 'redis' | 'file' | 'auto' | undefined
}

/** What the guide is written for where nothing says otherwise, and where a count is that of a machine we do not know. */
const usualWorkers = 4

/** How many processes production runs today, and what the guide is written for. The answer does not depend on this machine. */
export function topologyOf(facts: Facts, wanted: Wanted): Topology {
  const now = nowOf(facts)
  const { inner, outer } = decided(facts)
  const machines = machinesOf(facts)
  const said = targetOf(inner, outer, machines)
  const target = {
    workers:
      typeof wanted.workers === 'number' ? wanted.workers : wanted.workers === 'auto' ? usualWorkers : said.workers,
    hosts: wanted.hosts ?? said.hosts,
  }
  const needsRedis = target.hosts > 1 || machines.some((fact) => fact.ephemeralDisk || fact.kind === 'serverless')
  const several = now.count === 'cpus' || (now.count ?? 1) > 1 || machines.some((fact) => fact.max > 1)
  const grows = machines.find(({ kind, min, max }) => kind !== 'serverless' && max > min && max === target.hosts)
  return { now, target, grows, several, needsRedis, store: storeOf(facts, wanted, needsRedis) }
}

function nowOf(facts: Facts): Topology['now'] {
  const { inner, outer } = decided(facts)
  const first =
    outer && (inner === undefined || isOne(inner)) && !(isOne(outer) && inner && isNamed(inner)) ? outer : inner
  if (!first) return { kind: 'single', count: 1, evidence: [] }
  const evidence = [inner, outer].filter((fact) => fact !== undefined)
  const same = inProduction(facts).filter((fact) => fact.kind === first.kind && fact.count === first.count)
  const count = product(inner?.count ?? (inner ? null : 1), outer?.count ?? (outer ? null : 1))
  return { kind: first.kind, count, evidence: [...new Set([first, ...evidence, ...same])] }
}

/** What runs inside one container or machine, and how often that is repeated. */
function decided(facts: Facts): { inner: ProcessFact | undefined; outer: ProcessFact | undefined } {
  const processes = inProduction(facts)
  const outer = processes.filter(isRepeating)
  const inner = processes.filter((fact) => !isRepeating(fact))
  return { inner: forks(inner) ?? likeliest(inner, facts.app.entry), outer: likeliest(outer, undefined) }
}

function inProduction(facts: Facts): readonly ProcessFact[] {
  const server = facts.processes.filter((fact) => fact.when === 'production' || fact.when === 'any')
  const serving = server.filter((fact) => !isBeside(fact, facts.app.entry))
  return serving.length > 0 ? serving : server
}

function isRepeating(fact: ProcessFact): boolean {
  return fact.kind === 'replicas' || fact.kind === 'k8s'
}

/** Code that forks decides, also where PM2 or a container starts it once. */
function forks(facts: readonly ProcessFact[]): ProcessFact | undefined {
  return facts.find((fact) => fact.kind === 'cluster' && !isOne(fact) && /\.[cm]?[jt]sx?$/.test(fact.place.file))
}

/** Several processes tell more than one; then the order in which the collector found them: the likeliest start is first. */
function likeliest(facts: readonly ProcessFact[], entry: string | undefined): ProcessFact | undefined {
  const own = facts.filter(
    (fact) => entry === undefined || fact.script === undefined || isSameScript(fact.script, entry),
  )
  const candidates = own.length > 0 ? own : facts
  return candidates.find((fact) => !isOne(fact)) ?? candidates.find(isNamed) ?? candidates[0]
}

/** A process manager or a platform is named, not only a bare command. */
function isNamed(fact: ProcessFact): boolean {
  return fact.kind !== 'single' && fact.kind !== 'unknown'
}

function isOne(fact: ProcessFact): boolean {
  return fact.count === 1
}

/** Workers for queues, timers and the like are not the server. */
function isBeside(fact: ProcessFact, entry: string | undefined): boolean {
  if (fact.script === undefined || (entry !== undefined && isSameScript(fact.script, entry))) return false
  return /(^|[/_.-])(workers?|queues?|cron|jobs?|consumers?|schedulers?|beat|celery|bree|mail(er)?)([/_.-]|$)/i.test(
    fact.script,
  )
}

/** `dist/server.js` is built from `src/server.ts`, `build/index.js` from `app/index.js`; `production.js` starts what `development.js` starts. */
function isSameScript(a: string, b: string): boolean {
  const [one, other] = [stem(a), stem(b)]
  if (one === other || (perEnvironment.test(one) && perEnvironment.test(other))) return true
  return isIndex(a) && isIndex(b) && (output.test(one) || output.test(other))
}

const perEnvironment = /^(development|production|staging|dev|prod)$/
const output = /^(dist|build|built|lib|out|output|compiled|bin)$/

const isIndex = (path: string) => /(^|\/)index\.\w+$/.test(path)

function stem(path: string): string {
  const name = path.replace(/(\/index)?\.\w+$/, '')
  return name.split('/').at(-1) ?? name
}

function product(a: number | 'cpus' | null, b: number | 'cpus' | null): number | 'cpus' | null {
  if (a === null || b === null) return null
  if (a === 'cpus' || b === 'cpus') return 'cpus'
  return a * b
}

function machinesOf(facts: Facts): readonly HostsFact[] {
  return facts.hosts
}

/** What the files say; a single process becomes four on one host. */
function targetOf(
  inner: ProcessFact | undefined,
  outer: ProcessFact | undefined,
  machines: readonly HostsFact[],
): { workers: number; hosts: number } {
  const hosts = Math.max(1, ...machines.map((fact) => Math.min(fact.max, fact.kind === 'serverless' ? 2 : fact.max)))
  const perHost = inner ? number(inner.count) : 1
  const onOneHost = outer?.kind === 'replicas' && hosts === 1 ? number(outer.count) : 1
  const workers = perHost * onOneHost
  return workers * hosts > 1 ? { workers, hosts } : { workers: usualWorkers, hosts: 1 }
}

function number(count: number | 'cpus' | null): number {
  return typeof count === 'number' ? count : usualWorkers
}

/** Redis where files cannot be shared, or where it is there already; else a directory. */
function storeOf(facts: Facts, wanted: Wanted, needsRedis: boolean): 'redis' | 'file' {
  if (wanted.store === 'redis' || wanted.store === 'file') return wanted.store
  if (needsRedis || facts.redisServers.length > 0 || facts.redisClients.length > 0) return 'redis'
  if (facts.sessions.some(({ store }) => store.kind === 'redis')) return 'redis'
  const named = facts.variables.some(
    ({ name, example }) => !example && /^(SESSION_)?REDIS_(URL|HOST|URI|ADDR|ADDRESS)$/.test(name),
  )
  return named ? 'redis' : 'file'
}
