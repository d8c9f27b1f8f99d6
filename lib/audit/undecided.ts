import { containerDirectories, hostDirectories } from './container-directories.js'
import { differingKeys } from './differing-keys.js'
import type { SecretFact } from './facts/secret.js'
import type { SessionFact } from './facts/session.js'
import type { Facts } from './facts.js'
import { isGiven } from './production-variables.js'
import type { Topology } from './topology.js'

/** What keeps the question open whether a login survives: the file, the store or the key that cannot be read. Undefined: nothing. */
export function undecidedWhy(facts: Facts, { target }: Topology): string | undefined {
  const [file] = facts.unread
  if (file !== undefined) return `${file} could not be read, and it may mount a session.`
  if (facts.sessions.length === 0) return undefined
  return (
    openStore(facts, target.hosts) ??
    (facts.sessions.some(({ signed }) => signed !== false) ? openKey(facts, target.hosts) : undefined)
  )
}

/** The session that tells where sessions are kept: of several the one that is shared least. */
export const tellingSession = ({ sessions }: Facts): SessionFact | undefined =>
  sessions.find(({ store }) => store.shared === false) ??
  sessions.find(({ store }) => store.shared === undefined) ??
  sessions[0]

/** The key that tells where keys come from: the first that production has. */
export function tellingSecret({ secrets }: Facts): SecretFact | undefined {
  const production = secrets.filter(({ when }) => when === 'any' || when === 'production')
  const known = production.length > 0 ? production : secrets
  return known.find(({ once }) => once === 'file') ?? known[0]
}

function openStore(facts: Facts, hosts: number): string | undefined {
  const variable = facts.sessions.find(
    ({ store: { how, needs } }) => how === 'fallback' && needs !== undefined && !isGiven(facts, needs),
  )?.store.needs
  if (variable !== undefined)
    return `where ${variable} is unset each process keeps sessions in its own memory, and no file here sets it for production.`
  if (facts.sessions.some(({ store }) => store.shared === undefined))
    return 'where sessions are kept cannot be read from the source.'
  if (hostDirectories(facts, hosts)?.are === 'open')
    return `sessions are in files, and nothing here says that the ${hosts} hosts share their directory.`
  const files = hosts > 1 ? undefined : containerDirectories(facts)
  return files?.are === 'open'
    ? `sessions are in files, and nothing here says that the ${files.containers} containers share their directory.`
    : undefined
}

function openKey(facts: Facts, hosts: number): string | undefined {
  const secret = tellingSecret(facts)
  const [differing] = differingKeys(facts)
  if (differing !== undefined) {
    const [one, two] = differing
    return `${one.name} differs between ${one.service} and ${two.service} (${one.place.file}): where they serve the same people, a login at one is refused by the other.`
  }
  if (secret?.kind === 'unknown') return 'where the key comes from cannot be read from the source.'
  if (hosts > 1 && secret !== undefined && isOfOneHost(secret))
    return `the key is kept in a file, and nothing here says that ${hosts} hosts have the same file.`
  return undefined
}

/** Read from a file that is not in the repository: the processes of one host read the same. */
const isOfOneHost = ({ kind, once, value }: SecretFact) =>
  once === 'file' || (kind === 'config-file' && value === undefined)
