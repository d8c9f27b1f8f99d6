import { containerDirectories, hostDirectories } from './container-directories.js'
import type { ThreadFact } from './facts/deployment.js'
import type { CookieFact } from './facts/session.js'
import type { Facts } from './facts.js'
import type { Place } from './place.js'
import type { Project } from './project/project.js'
import type { AppReport, At } from './report.js'
import type { Topology } from './topology.js'
import { tellingSession } from './undecided.js'

/** What the facts say, in short: the part of the report that holds no opinion. */
export type AppSummary = Pick<
  AppReport,
  | 'dir'
  | 'name'
  | 'version'
  | 'entry'
  | 'modules'
  | 'framework'
  | 'files'
  | 'session'
  | 'store'
  | 'secret'
  | 'cookie'
  | 'processes'
  | 'threads'
  | 'proxy'
  | 'localState'
  | 'target'
>

export function summarise(project: Project, facts: Facts, topology: Topology): AppSummary {
  const { app, framework } = facts
  return {
    dir: app.dir,
    name: app.name,
    version: app.version ?? null,
    entry: app.entry ?? null,
    modules: app.modules,
    framework: { name: framework.name, version: framework.version ?? null },
    files: filesOf(project, app.dir),
    session: facts.sessions.map(({ library, place }) => ({ library, ...at(place) })),
    store: storeOf(facts, topology),
    secret: secretOf(facts),
    cookie: cookieOf(facts.sessions[0]?.cookie ?? {}),
    processes: {
      kind: topology.now.kind,
      count: topology.now.count,
      evidence: topology.now.evidence.map(({ place, said }) => ({ ...at(place), said })),
    },
    threads: threadsOf(facts.threads),
    proxy: trustOf(facts),
    localState: facts.localState
      .filter(({ confidence }) => confidence !== 'low')
      .map(({ what, place }) => ({ what, ...at(place) })),
    target: { ...topology.target, store: topology.store },
  }
}

function at({ file, line }: Place): At {
  return { file, line }
}

/** Where keys are written: in the source, and where files in the repository give the variables their values. */
function secretOf({ secrets, variables }: Facts): AppReport['secret'] {
  const names = new Set(secrets.map(({ variable }) => variable))
  const given = variables.filter(
    ({ name, value, example, fromSecret, tracked }) =>
      names.has(name) && value && !example && !fromSecret && tracked !== false,
  )
  const written = [
    ...secrets.map(({ kind, when, place }) => ({ kind, when, ...at(place) })),
    ...given.map(({ value, when, place }) => ({ kind: kindOf(value ?? ''), when, ...at(place) })),
  ]
  return written.filter((one, index) => written.findIndex((other) => same(one, other)) === index)
}

/** `${KEY:-default}` is a variable with a default. */
const kindOf = (value: string): AppReport['secret'][number]['kind'] =>
  /^\$\{\w+:?-.+\}$/.test(value) ? 'env-with-default' : 'env'

const same = (a: AppReport['secret'][number], b: AppReport['secret'][number]) =>
  a.kind === b.kind && a.when === b.when && a.file === b.file && a.line === b.line

function filesOf(project: Project, dir: string): AppReport['files'] {
  const own = project.files.filter((file) => dir === '.' || file.startsWith(`${dir}/`))
  const source = own.filter((file) => /\.([cm]?[jt]sx?|py)$/.test(file)).length
  return { source, config: own.length - source }
}

/** Of several sessions the one that is shared least tells. */
function storeOf(facts: Facts, { target }: Topology): AppReport['store'] {
  const store = tellingSession(facts)?.store
  if (store === undefined) return { kind: facts.unread.length > 0 ? 'unknown' : 'none', shared: null, evidence: [] }
  const apart =
    store.kind === 'file' ? (hostDirectories(facts, target.hosts) ?? containerDirectories(facts))?.are : undefined
  const shared = apart === undefined ? (store.shared ?? null) : apart === 'separate' ? false : null
  return { kind: store.kind, shared, evidence: store.evidence.map(at) }
}

function cookieOf(cookie: CookieFact): AppReport['cookie'] {
  const flags = Object.entries(cookie).map(([name, { value, place }]) => [name, { value, ...at(place) }] as const)
  return Object.fromEntries(flags)
}

function threadsOf(threads: readonly ThreadFact[]): AppReport['threads'] {
  return {
    count: threads[0]?.count ?? null,
    evidence: threads.map(({ place, said }) => ({ ...at(place), said })),
  }
}

function trustOf({ trust }: Facts): AppReport['proxy'] {
  const trusted = trust.some(({ value }) => value === true)
  const isOpen = !trusted && trust.some(({ value }) => value === 'unknown')
  return { trusted: isOpen ? null : trusted, evidence: trust.map(({ place }) => at(place)) }
}
