import { containerDirectories, hostDirectories } from './container-directories.js'
import { differingKeys } from './differing-keys.js'
import type { SecretFact } from './facts/secret.js'
import type { StoreFact } from './facts/session.js'
import type { Facts } from './facts.js'
import type { Place } from './place.js'
import type { AppReport } from './report.js'
import type { Topology } from './topology.js'
import { tellingSecret, tellingSession } from './undecided.js'
import { makesKeyPerProcess } from './verdict.js'

const at = ({ file, line }: Place) => `${file}:${line}`

/** The three questions, always answered: the secret key, the store, the processes and threads. */
export function answersOf(facts: Facts, topology: Topology): AppReport['answers'] {
  return {
    secret: secretAnswer(facts),
    store: storeAnswer(facts, topology),
    processes: processesAnswer(facts, topology),
  }
}

function secretAnswer(facts: Facts): string {
  const { sessions, secrets, unread } = facts
  if (sessions.length === 0 && secrets.length === 0 && unread.length === 0)
    return 'none is needed: nothing signs or encrypts cookies'
  const first = tellingSecret(facts)
  if (first === undefined) {
    if (sessions.every(({ signed }) => signed === false)) return 'none is used: the session cookie is not signed'
    return 'not decidable, because nothing that sets it was found in the source'
  }
  const [differing] = differingKeys(facts)
  if (differing !== undefined)
    return `from ${differing[0].name}, whose values differ between ${differing[0].service} and ${differing[1].service} (${at(differing[1].place)})`
  return `${sentence(first)} (${at(first.place)})`
}

function sentence(secret: SecretFact): string {
  const name = secret.variable
  switch (secret.kind) {
    case 'literal':
      return 'written into the source: the same in all processes, and known to everybody who can read it'
    case 'config-file':
      return secret.value === undefined
        ? 'from a file that is not here: the same in all processes of one host'
        : 'written into a configuration file: the same in all processes, and known to everybody who can read it'
    case 'env':
      return `from ${name}: the same in all processes that are given the same environment${secret.fallback?.kind === 'random' ? ', and made anew in each process where it is unset' : ''}`
    case 'env-with-default':
      return `from ${name}, with a default in the source where it is unset`
    case 'random':
      if (secret.once === 'file')
        return 'made at the first start and kept in a file: the same in all processes of one host'
      return makesKeyPerProcess(secret) ? 'made anew in every process' : 'made once and handed to all processes'
    case 'missing':
      return secret.when === 'production' ? 'not set in production' : 'not set, though cookies are signed'
    case 'unknown':
      return 'not decidable, because its value cannot be followed through the source'
  }
}

function storeAnswer(facts: Facts, { target: { hosts } }: Topology): string {
  const { unread } = facts
  const first = tellingSession(facts)
  if (first === undefined && unread[0] !== undefined)
    return `not decidable, because ${unread[0]} could not be read and may mount a session`
  if (first === undefined) return 'no session middleware is mounted'
  const place = first.store.evidence[0] ?? first.place
  const apart = hostDirectories(facts, hosts)
  if (apart !== undefined && apart.session === first)
    return `in files, ${apart.are === 'separate' ? `a directory on each of ${hosts} hosts, not shared` : `not decidable whether ${hosts} hosts share them`} (${at(place)})`
  const files = containerDirectories(facts)
  if (files !== undefined && files.session === first)
    return `in files, ${files.are === 'separate' ? `a directory in each of ${files.containers} containers, not shared` : `not decidable whether ${files.containers} containers share them`} (${at(place)})`
  return `${kept(first.store)} (${at(place)})`
}

function kept(store: StoreFact): string {
  const via = store.via === undefined ? '' : ` by ${store.via}`
  if (store.how === 'single-process-database') return `in a database of one process${via}, not shared`
  switch (store.kind) {
    case 'cookie':
      return 'in the cookie itself, so every process sees it'
    case 'memory':
      return store.how === 'custom'
        ? 'in an object of this process, not shared'
        : 'in the memory of each process, not shared'
    case 'file':
      return `in files${via}, shared by the processes of one machine`
    case 'none':
      return 'nowhere'
    case 'unknown':
      return `not decidable, because the ${store.how === 'default' ? "session's options" : 'store'} cannot be followed through the source`
    default:
      return `in ${names[store.kind] ?? 'a database'}${via}, shared${store.how === 'fallback' ? ', with memory as a fallback' : ''}`
  }
}

const names: Readonly<Record<string, string>> = { redis: 'Redis', mongo: 'MongoDB', sql: 'an SQL database' }

function processesAnswer(facts: Facts, { now, grows }: Topology): string {
  const [proof] = now.evidence
  const most = grows === undefined ? '' : `, up to ${grows.max} (${grows.said}, ${at(grows.place)})`
  const count = inWords(now.count, proof?.formula)
  const where = `${proof === undefined ? ', because no deployment file says otherwise' : ` (${proof.said}, ${at(proof.place)})`}${most}`
  const [thread] = facts.threads
  if (thread !== undefined) return `${count}${where}; threads: ${thread.said} (${at(thread.place)})`
  return `${count}${where}${unsaidThreads(facts)}`
}

function inWords(count: Topology['now']['count'], formula: string | undefined): string {
  if (count === null) return 'not decidable'
  if (count === 'cpus') return formula === undefined ? 'one process per CPU' : `${formula} processes`
  return `${count} ${count === 1 ? 'process' : 'processes'}`
}

function unsaidThreads({ python, commands, sessions }: Facts): string {
  if (python !== undefined) return ''
  const served = commands.some(({ runner }) => runner === 'koa-shared-session')
  const inFiles = sessions.some(({ library, store }) => library === 'koa-shared-session' && store.kind === 'file')
  return `; threads as ${served && inFiles ? 'serve sets them: 8' : 'Node has them: 4'} for file access`
}
