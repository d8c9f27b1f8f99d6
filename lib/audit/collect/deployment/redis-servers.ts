import type { RedisServerFact } from '../../facts/redis.js'
import { type Entry, entriesOf, entryAt, itemsOf, type Tree, textOf, valueAt } from '../../files/tree.js'
import { servicePorts } from './compose-running.js'
import { expand } from './expansion.js'
import type { Reading } from './reading.js'

/** A Redis that a compose file starts. */
export function redisOfService(
  reading: Reading,
  service: { file: string; name: string; tree: Tree; entry: Entry },
): RedisServerFact {
  const { file, tree, name, entry } = service
  const command = entryAt(tree, 'command')
  const words = wordsOf(command?.value)
  const [published] = servicePorts(reading, service).filter((port) => port.text !== '' && port.text.includes(':'))
  return {
    name,
    place: reading.place(file, entry),
    published: published && { text: published.text, allInterfaces: !isLocal(published.host), place: published.place },
    password: passwordOf(tree, words),
    policy: policyOf(reading, file, command, words),
    persistent: words.includes('--appendonly')
      ? words[words.indexOf('--appendonly') + 1] !== 'no'
      : persistenceOf(tree, words),
  }
}

function isLocal(host: string | undefined): boolean {
  return host !== undefined && /^(127\.|localhost$|\[?::1\]?$)/.test(host)
}

function wordsOf(command: Tree | undefined): readonly string[] {
  if (command?.kind === 'list') return command.items.map((item) => textOf(item) ?? '')
  return (textOf(command) ?? '').split(/\s+/).map((word) => word.replace(/^["']|["']$/g, ''))
}

/** Undefined where a configuration file may set one. */
function passwordOf(tree: Tree, words: readonly string[]): boolean | undefined {
  const given = words[words.indexOf('--requirepass') + 1]
  if (words.some((word) => word.includes('requirepass'))) return given !== '' && expand(given ?? '').value !== ''
  const environment = valueAt(tree, 'environment')
  const settings = [
    ...entriesOf(environment).map(({ key, value }) => `${key}=${textOf(value) ?? ''}`),
    ...itemsOf(environment).map((item) => textOf(item) ?? ''),
  ]
  if (settings.some((setting) => /^(REDIS|VALKEY)_(PASSWORD|ARGS)=.+/.test(setting))) return true
  const mounted = itemsOf(valueAt(tree, 'volumes')).map((item) => textOf(item) ?? '')
  // A configuration file or an env file may set one.
  if ([...words, ...mounted].some((word) => /\.(conf|acl)(:|$)|--aclfile/.test(word)) || entryAt(tree, 'env_file'))
    return undefined
  return false
}

function policyOf(
  reading: Reading,
  file: string,
  command: Entry | undefined,
  words: readonly string[],
): RedisServerFact['policy'] {
  const value = words[words.indexOf('--maxmemory-policy') + 1]
  if (!command || !words.includes('--maxmemory-policy') || value === undefined) return undefined
  const text = reading.text(file) ?? ''
  const at = text.indexOf(value, command.start)
  return { value, place: reading.place(file, at === -1 ? command : { start: at, end: at + value.length }) }
}

/** Undefined where nothing is said: Redis writes snapshots by default, and they are gone with the container without a volume. */
function persistenceOf(tree: Tree, words: readonly string[]): boolean | undefined {
  const save = words.indexOf('--save')
  if (save !== -1 && words[save + 1] === '') return false
  const mounts = itemsOf(valueAt(tree, 'volumes')).map((item) => textOf(item) ?? '')
  return mounts.some((mount) => /:\/(data|bitnami)/.test(mount)) ? true : undefined
}
