import { posix } from 'node:path'
import { type Entry, entriesOf, entryAt, itemsOf, type Tree, textAt, textOf, valueAt } from '../../files/tree.js'
import { serviceContainer, serviceGrace, serviceHosts, serviceProxies, serviceReplicas } from './compose-running.js'
import { serviceCommands, serviceVariables } from './compose-service.js'
import { serviceSettings } from './compose-settings.js'
import { twinProcesses } from './compose-twins.js'
import { isRedisImage, isServiceImage } from './images.js'
import { runsBeside } from './process-model.js'
import type { Piece, Reading } from './reading.js'
import { redisOfService } from './redis-servers.js'

export interface ComposeService {
  readonly file: string
  readonly name: string
  readonly tree: Tree
  readonly entry: Entry
  /** The whole file. */
  readonly whole: Tree | undefined
  /** Where the image is built from, relative to the audited directory; `.` for services that only run. */
  readonly dir: string
  /** A stack that several machines run. */
  readonly swarm: boolean
}

export function isComposeFile(file: string): boolean {
  const base = posix.basename(file)
  return /^(docker-)?compose([._-][\w.-]+)?\.ya?ml$|^([\w-]+[._-])?(docker-)?(stack|swarm)([._-][\w-]+)?\.ya?ml$|^[\w-]+\.(docker-)?compose\.ya?ml$/i.test(
    base,
  )
}

/** Compose files, overrides and swarm stacks. */
export async function readComposeFiles(reading: Reading): Promise<readonly Piece[]> {
  const pieces: Piece[] = []
  for (const file of reading.files.filter(isComposeFile)) {
    const [tree] = await reading.yaml(file)
    const services = entriesOf(valueAt(tree, 'services') ?? oldServices(tree))
    const swarm = isSwarm(file, services)
    const all = services.map((entry) => serviceOf(file, entry, tree, swarm))
    const serving = all.some((service) => !isBeside(service) && isAppService(reading, service))
    const own = all.filter((service) => !serving || !isBeside(service))
    const twins = twinProcesses(
      reading,
      own.filter((service) => isAppService(reading, service)),
    )
    pieces.push({ processes: twins }, ...own.map((service) => pieceOf(reading, service)))
  }
  return pieces
}

/** What the image runs for queues, timers and the like, beside the server: none of its keys or replicas are the server's. */
function isBeside({ name, tree }: ComposeService): boolean {
  const isOther = entryAt(tree, 'command') ?? entryAt(tree, 'entrypoint') ?? entryAt(tree, 'build', 'dockerfile')
  return isOther !== undefined && runsBeside.test(name)
}

/** Files of the first version have services at the top. */
function oldServices(tree: Tree | undefined): Tree | undefined {
  const isOld = entriesOf(tree).some(({ value }) => entryAt(value, 'image') || entryAt(value, 'build'))
  return isOld ? tree : undefined
}

function serviceOf(file: string, entry: Entry, whole: Tree | undefined, swarm: boolean): ComposeService {
  const build = valueAt(entry.value, 'build')
  const context = textOf(build) ?? textAt(build, 'context') ?? '.'
  const dir = posix.normalize(posix.join(posix.dirname(file), context)).replace(/\/$/, '') || '.'
  return { file, name: entry.key, tree: entry.value, entry, whole, dir, swarm }
}

function isSwarm(file: string, services: readonly Entry[]): boolean {
  if (/(stack|swarm)/i.test(posix.basename(file))) return true
  return services.some(
    ({ value }) => entryAt(value, 'deploy', 'placement') || entryAt(value, 'deploy', 'update_config'),
  )
}

function pieceOf(reading: Reading, service: ComposeService): Piece {
  const image = textAt(service.tree, 'image') ?? ''
  const builds = entryAt(service.tree, 'build') !== undefined
  if (!builds && isRedisImage(image)) return { redisServers: [redisOfService(reading, service)] }
  const proxies = serviceProxies(reading, service)
  if (!isAppService(reading, service)) return {}
  return {
    proxies,
    commands: serviceCommands(reading, service),
    variables: serviceVariables(reading, service),
    containers: [serviceContainer(reading, service)],
    settings: [serviceSettings(reading, service)],
    processes: serviceReplicas(reading, service),
    hosts: serviceHosts(reading, service),
    grace: serviceGrace(reading, service),
  }
}

/** A service is this app when it is built from here, or when its image can be and what it runs or is told looks like it. */
function isAppService(reading: Reading, service: ComposeService): boolean {
  const { tree } = service
  if (entryAt(tree, 'build')) {
    const dockerfile = textAt(tree, 'build', 'dockerfile')
    const tie = reading.tie(service.dir)
    const tieOfFile = dockerfile ? reading.tie(posix.join(service.dir, posix.dirname(dockerfile))) : 'open'
    if (tie === 'other' || tieOfFile === 'other') return false
    return !service.dir.startsWith('..') && !buildsService(reading, posix.join(service.dir, dockerfile ?? 'Dockerfile'))
  }
  const image = textAt(tree, 'image')
  if (image !== undefined && isServiceImage(image)) return false
  const { dir, packageFile } = reading.scope
  const mounted = itemsOf(valueAt(tree, 'volumes')).map((item) => textOf(item) ?? textAt(item, 'source') ?? '')
  if (
    mounted.some(
      (mount) =>
        /^\.{1,2}\/[\w./-]+:/.test(mount) &&
        reading.tie(posix.join(posix.dirname(service.file), mount.split(':')[0] ?? '')) === 'other',
    )
  )
    return false
  if (isServiceImage(service.name) || /^(db|database|cache|queue|mail\w*|proxy)$/.test(service.name)) return false
  if (image === undefined) return entryAt(tree, 'extends') !== undefined || !isOnlyOverride(tree)
  if (/\$|^(.*\/)?node(:|$)|^(.*\/)?python(:|$)/.test(image)) return true
  const appName = textNameOf(reading, packageFile ?? posix.join(dir, 'package.json'))
  const base = posix.basename(image).replace(/[:@].*$/, '')
  if (base === appName || base === posix.basename(dir)) return true
  const environment = valueAt(tree, 'environment')
  const names = [
    ...entriesOf(environment).map(({ key }) => key),
    ...itemsOf(environment).map((item) => textOf(item) ?? ''),
  ]
  const commands = serviceCommands(reading, service)
  return names.some((name) => name.startsWith('NODE_ENV')) || commands.some((command) => command.runner !== 'other')
}

/** An image made from that of a database or a proxy is none of an app. */
function buildsService(reading: Reading, dockerfile: string): boolean {
  const images = [...(reading.text(dockerfile) ?? '').matchAll(/^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)/gim)]
  return isServiceImage(images.at(-1)?.[1] ?? '')
}

/** An override that sets nothing but ports and volumes says nothing about whose service it is. */
function isOnlyOverride(tree: Tree): boolean {
  return !entriesOf(tree).some(({ key }) =>
    ['command', 'environment', 'deploy', 'scale', 'env_file', 'stop_grace_period'].includes(key),
  )
}

function textNameOf(reading: Reading, packageFile: string): string | undefined {
  return /"name"\s*:\s*"(?:@[^/"]+\/)?([^"]+)"/.exec(reading.text(packageFile) ?? '')?.[1]
}
