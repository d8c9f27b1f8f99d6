import type { ContainerFact, GraceFact, HostsFact, ProcessFact } from '../../facts/deployment.js'
import type { ProxyFact } from '../../facts/proxy.js'
import { entriesOf, entryAt, itemsOf, numberOf, type Tree, textAt, textOf, truthOf, valueAt } from '../../files/tree.js'
import type { ComposeService } from './compose.js'
import { whenOfService } from './compose-service.js'
import { expand } from './expansion.js'
import type { Reading } from './reading.js'
import { megabytes, seconds } from './units.js'

/** `deploy.replicas` and `scale`. */
export function serviceReplicas(reading: Reading, service: ComposeService): readonly ProcessFact[] {
  const entry = entryAt(service.tree, 'deploy', 'replicas') ?? entryAt(service.tree, 'scale')
  if (!entry) return []
  const written = textOf(entry.value) ?? ''
  const { value, variable } = expand(written)
  const count = value !== undefined && /^\d+$/.test(value) ? Number(value) : null
  const place = reading.place(service.file, entry)
  return [
    {
      kind: 'replicas',
      count,
      variable,
      place,
      when: whenOfService(service),
      script: undefined,
      said: `${entry.key}: ${written} of the service ${service.name}`,
    },
  ]
}

/** A stack runs its replicas on as many machines as there are. */
export function serviceHosts(reading: Reading, service: ComposeService): readonly HostsFact[] {
  const entry = entryAt(service.tree, 'deploy', 'replicas')
  const count = numberOf(entry?.value)
  if (!entry || count === undefined || !service.swarm || whenOfService(service) === 'development') return []
  const place = reading.place(service.file, entry)
  return [
    {
      min: count,
      max: count,
      kind: 'replicas',
      place,
      said: `replicas: ${count} in a swarm stack`,
      ephemeralDisk: false,
    },
  ]
}

export function serviceContainer(reading: Reading, service: ComposeService): ContainerFact {
  const { tree, file } = service
  const limits = valueAt(tree, 'deploy', 'resources', 'limits')
  const memory = textAt(limits, 'memory') ?? textAt(tree, 'mem_limit')
  return {
    kind: 'compose',
    name: service.name,
    place: reading.place(file, service.entry),
    mounts: [...mountsOf(reading, service), ...temporaryMounts(reading, service)],
    ports: servicePorts(reading, service),
    init: truthOf(valueAt(tree, 'init')) === true,
    cpuLimit: numberOf(valueAt(limits, 'cpus')) ?? numberOf(valueAt(tree, 'cpus')),
    memoryLimitMb: memory === undefined ? undefined : megabytes(memory),
    readinessProbe: entryAt(tree, 'healthcheck') ? true : undefined,
    privateTmp: false,
    user: textAt(tree, 'user'),
  }
}

function mountsOf(reading: Reading, { tree, file }: ComposeService): ContainerFact['mounts'] {
  return itemsOf(valueAt(tree, 'volumes')).flatMap((item) => {
    const parts = textOf(item)?.split(':')
    const path = parts ? (parts[1] ?? parts[0]) : textAt(item, 'target')
    const lasting = textAt(item, 'type') !== 'tmpfs'
    return path === undefined ? [] : [{ path, lasting, many: false, place: reading.place(file, item) }]
  })
}

function temporaryMounts(reading: Reading, { tree, file }: ComposeService): ContainerFact['mounts'] {
  return itemsOf(valueAt(tree, 'tmpfs')).flatMap((item) => {
    const path = textOf(item)?.split(':')[0]
    return path === undefined ? [] : [{ path, lasting: false, many: false, place: reading.place(file, item) }]
  })
}

/** Published ports; `host` is the address, undefined for all interfaces. */
export function servicePorts(reading: Reading, { tree, file }: { tree: Tree; file: string }): ContainerFact['ports'] {
  return itemsOf(valueAt(tree, 'ports')).map((item) => {
    const place = reading.place(file, item)
    if (item.kind === 'map') {
      const [published, target] = [textAt(item, 'published'), numberOf(valueAt(item, 'target'))]
      return { text: `${published ?? ''}:${target ?? ''}`, host: textAt(item, 'host_ip'), target, place }
    }
    const text = textOf(item) ?? ''
    const plain = text.replace(/\/(tcp|udp)$/, '').replace(/\$\{[^}]*\}/g, '0')
    const [target = '', , ...address] = plain.split(':').reverse()
    const number = Number(target.split('-')[0])
    return {
      text,
      host: address.length > 0 ? address.reverse().join(':') : undefined,
      target: Number.isInteger(number) ? number : undefined,
      place,
    }
  })
}

/** Compose waits 10 s where nothing else is written. */
export function serviceGrace(reading: Reading, service: ComposeService): readonly GraceFact[] {
  const entry = entryAt(service.tree, 'stop_grace_period')
  const written = textOf(entry?.value)
  const place = reading.place(service.file, entry ?? service.entry)
  const stop = written === undefined ? 10 : seconds(written)
  if (stop === undefined) return []
  const insert = entry ? undefined : insertionOf(reading, service, 'stop_grace_period: 36s')
  return [
    {
      platform: 'compose',
      seconds: stop,
      byDefault: entry === undefined,
      fixed: false,
      preStop: undefined,
      place,
      insert,
    },
  ]
}

/** A new first line of a service: before its first key, indented like it. Flow style has no lines. */
function insertionOf(reading: Reading, { file, tree }: ComposeService, line: string): GraceFact['insert'] {
  const text = reading.text(file) ?? ''
  const [first] = tree.kind === 'map' ? tree.entries.filter((entry) => entry.start >= tree.start) : []
  if (!first || text[tree.start] === '{') return undefined
  const lineStart = text.lastIndexOf('\n', first.start) + 1
  const indent = text.slice(lineStart, first.start)
  if (indent.trim() !== '') return undefined
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  return { at: reading.place(file, { start: lineStart, end: lineStart }), text: `${indent}${line}${end}` }
}

/** Traefik reads labels of the service that it leads to. */
export function serviceProxies(reading: Reading, { tree, file }: ComposeService): readonly ProxyFact[] {
  const labels = [...labelsOf(valueAt(tree, 'labels')), ...labelsOf(valueAt(tree, 'deploy', 'labels'))]
  const [first] = labels.filter(({ key }) => key.startsWith('traefik.'))
  if (!first || labels.some(({ key, value }) => key === 'traefik.enable' && value === 'false')) return []
  const sticky = labels.find(({ key, value }) => /sticky(\.cookie)?$/.test(key) && value !== 'false')
  const tls = labels.some(
    ({ key, value }) => /\.tls(\.|$)/.test(key) || (/entrypoints$/i.test(key) && /websecure|https|443/.test(value)),
  )
  return [
    {
      kind: 'traefik',
      place: reading.place(file, first.at),
      tls: tls ? true : undefined,
      forwardsProto: true,
      sticky: sticky && { how: sticky.key, place: reading.place(file, sticky.at) },
      cache: undefined,
      keepAliveSeconds: undefined,
      httpsOnly: undefined,
      insertAt: undefined,
    },
  ]
}

function labelsOf(tree: Tree | undefined): readonly { key: string; value: string; at: Tree }[] {
  if (tree?.kind === 'map')
    return entriesOf(tree).map(({ key, value }) => ({ key, value: textOf(value) ?? '', at: value }))
  return itemsOf(tree).map((item) => {
    const [key = '', ...value] = (textOf(item) ?? '').split('=')
    return { key, value: value.join('='), at: item }
  })
}
