import { posix } from 'node:path'
import type { CommandFact, ContainerFact, GraceFact, HostsFact, ProcessFact } from '../../facts/deployment.js'
import { entryAt, itemsOf, numberOf, type Tree, textAt, textOf, valueAt } from '../../files/tree.js'
import { commandFacts } from './commands.js'
import { whenOfFile } from './file-names.js'
import { isServiceImage } from './images.js'
import { isKnative, type Manifest } from './kubernetes-manifest.js'
import { containerSettings, containerVariables } from './kubernetes-variables.js'
import type { Piece, Reading } from './reading.js'
import { megabytes, processors } from './units.js'

/** What a Deployment or its like says about the app: replicas, container, environment, time to stop. */
export function workloadFacts(reading: Reading, manifest: Manifest): Piece {
  const pod = valueAt(manifest.tree, 'spec', 'template', 'spec')
  const container = itemsOf(valueAt(pod, 'containers')).find((candidate) => isApp(reading, manifest, candidate))
  if (!pod || !container) return {}
  const mounts = mountsOf(reading, manifest, pod, container)
  const lasting = mounts.some((mount) => mount.lasting)
  return {
    commands: commandsOf(reading, manifest, container),
    variables: containerVariables(reading, manifest, container),
    containers: [containerFact(reading, manifest, pod, container, mounts)],
    settings: whenOf(manifest) === 'development' ? [] : [containerSettings(reading, manifest, container)],
    processes: isKnative(manifest) ? [] : replicasOf(reading, manifest),
    hosts: hostsOf(reading, manifest, lasting),
    grace: [graceOf(reading, manifest, pod, container)],
    proxies: isKnative(manifest) ? [cloudRun(reading, manifest)] : [],
  }
}

/** Not a sidecar, not a database, not another package's. */
function isApp(reading: Reading, manifest: Manifest, container: Tree): boolean {
  const image = textAt(container, 'image') ?? ''
  const name = textAt(container, 'name') ?? ''
  if (
    isServiceImage(image) ||
    /(^|-)(proxy|sidecar|exporter|agent|redis|nginx|postgres\w*|mysql|mongo\w*|meilisearch|minio|elasticsearch|rabbitmq|worker|queue|cron)($|-)/i.test(
      name,
    )
  )
    return false
  const words = [...manifest.name.split(/[^\w]+/), posix.basename(image).replace(/[:@].*$/, '')].filter(
    (word) => word.length > 2,
  )
  return !words.some((word) => reading.tie(word) === 'other')
}

function whenOf({ file }: Manifest) {
  const byFile = whenOfFile(file)
  return byFile === 'any' ? whenOfFile(posix.dirname(file)) : byFile
}

function replicasOf(reading: Reading, manifest: Manifest): readonly ProcessFact[] {
  const entry = entryAt(manifest.tree, 'spec', 'replicas')
  // The values of a chart tell what a tag stands for.
  if (entry?.value.kind === 'computed') return []
  const at = entry ?? entryAt(manifest.tree, 'spec') ?? manifest.tree
  const written = numberOf(entry?.value)
  const said =
    written === undefined
      ? `${manifest.kind} ${manifest.name}: one replica by default`
      : `replicas: ${written} of ${manifest.name}`
  const count = entry ? (written ?? null) : manifest.kind === 'DaemonSet' ? null : 1
  return [
    {
      kind: 'k8s',
      count,
      variable: undefined,
      place: reading.place(manifest.file, at),
      when: whenOf(manifest),
      script: undefined,
      said,
    },
  ]
}

function hostsOf(reading: Reading, manifest: Manifest, lasting: boolean): readonly HostsFact[] {
  if (isKnative(manifest)) return [knativeHosts(reading, manifest)]
  const when = whenOf(manifest)
  if (when === 'development' || when === 'test') return []
  const entry = entryAt(manifest.tree, 'spec', 'replicas')
  const replicas = numberOf(entry?.value)
  if (entry && replicas === undefined) return []
  const count = replicas ?? 1
  const place = reading.place(manifest.file, entry ?? entryAt(manifest.tree, 'spec') ?? manifest.tree)
  return [{ min: count, max: count, kind: 'k8s', place, said: `replicas: ${count}`, ephemeralDisk: !lasting }]
}

function knativeHosts(reading: Reading, manifest: Manifest): HostsFact {
  const annotations = valueAt(manifest.tree, 'spec', 'template', 'metadata', 'annotations')
  const most =
    entryAt(annotations, 'autoscaling.knative.dev/maxScale') ??
    entryAt(annotations, 'autoscaling.knative.dev/max-scale')
  const max = numberOf(most?.value) ?? 100
  const place = reading.place(manifest.file, most ?? entryAt(manifest.tree, 'kind') ?? manifest.tree)
  return {
    min: 0,
    max,
    kind: 'serverless',
    place,
    said: most ? `maxScale: ${max}` : 'Cloud Run starts up to 100 instances by default',
    ephemeralDisk: true,
  }
}

function cloudRun(reading: Reading, manifest: Manifest): NonNullable<Piece['proxies']>[number] {
  const place = reading.place(manifest.file, entryAt(manifest.tree, 'kind') ?? manifest.tree)
  return {
    kind: 'cloud-run',
    place,
    tls: true,
    forwardsProto: true,
    sticky: undefined,
    cache: undefined,
    keepAliveSeconds: undefined,
    httpsOnly: true,
    insertAt: undefined,
  }
}

/** `command` stands for the image's entry point, `args` for its CMD. */
function commandsOf(reading: Reading, manifest: Manifest, container: Tree): readonly CommandFact[] {
  const command = entryAt(container, 'command')
  const args = entryAt(container, 'args')
  const said = command ?? args
  if (!said) return []
  const exec = [...itemsOf(command?.value), ...itemsOf(args?.value)].map((item) => textOf(item) ?? '')
  const name = textAt(container, 'name') ?? manifest.name
  const dir = reading.scope.dir
  return commandFacts(reading, {
    source: 'kubernetes',
    name,
    file: manifest.file,
    text: exec.join(' '),
    exec,
    form: 'exec',
    span: said.value,
    dir,
    when: whenOf(manifest),
  })
}

function mountsOf(reading: Reading, manifest: Manifest, pod: Tree, container: Tree): ContainerFact['mounts'] {
  const volumes = itemsOf(valueAt(pod, 'volumes'))
  return itemsOf(valueAt(container, 'volumeMounts')).flatMap((mount) => {
    const path = textAt(mount, 'mountPath')
    if (path === undefined) return []
    const volume = volumes.find((candidate) => textAt(candidate, 'name') === textAt(mount, 'name'))
    const claim = textAt(volume, 'persistentVolumeClaim', 'claimName')
    const network = entryAt(volume, 'nfs') !== undefined || entryAt(volume, 'csi') !== undefined
    const lasting = volume === undefined || claim !== undefined || network || entryAt(volume, 'hostPath') !== undefined
    const many = network || (claim !== undefined && manifest.sharedClaims.has(claim))
    return [{ path, lasting, many, place: reading.place(manifest.file, mount) }]
  })
}

function containerFact(
  reading: Reading,
  manifest: Manifest,
  pod: Tree,
  container: Tree,
  mounts: ContainerFact['mounts'],
): ContainerFact {
  const limits = valueAt(container, 'resources', 'limits')
  const [cpu, memory] = [textAt(limits, 'cpu'), textAt(limits, 'memory')]
  return {
    kind: 'kubernetes',
    name: manifest.name,
    place: reading.place(manifest.file, entryAt(container, 'name') ?? container),
    mounts,
    ports: [],
    init: textAt(pod, 'shareProcessNamespace') === 'true',
    cpuLimit: cpu === undefined ? undefined : processors(cpu),
    memoryLimitMb: memory === undefined ? undefined : megabytes(memory),
    readinessProbe: entryAt(container, 'readinessProbe') !== undefined,
    privateTmp: false,
    user: textAt(pod, 'securityContext', 'runAsUser'),
  }
}

/** Kubernetes waits 30 s where nothing else is written; Cloud Run always 10. */
function graceOf(reading: Reading, manifest: Manifest, pod: Tree, container: Tree): GraceFact {
  const entry = entryAt(pod, 'terminationGracePeriodSeconds')
  const written = numberOf(entry?.value)
  const preStop = entryAt(container, 'lifecycle', 'preStop') !== undefined
  const place = reading.place(manifest.file, entry ?? entryAt(manifest.tree, 'spec', 'template') ?? manifest.tree)
  if (isKnative(manifest))
    return {
      platform: 'cloud-run',
      seconds: 10,
      byDefault: true,
      fixed: true,
      preStop: undefined,
      place,
      insert: undefined,
    }
  const insert = entry ? undefined : insertionOf(reading, manifest.file, pod)
  return {
    platform: 'kubernetes',
    seconds: written ?? 30,
    byDefault: entry === undefined,
    fixed: false,
    preStop,
    place,
    insert,
  }
}

function insertionOf(reading: Reading, file: string, pod: Tree): GraceFact['insert'] {
  const text = reading.text(file) ?? ''
  const [first] = pod.kind === 'map' ? pod.entries : []
  if (!first || text[pod.start] === '{') return undefined
  const lineStart = text.lastIndexOf('\n', first.start) + 1
  const indent = text.slice(lineStart, first.start)
  if (indent.trim() !== '') return undefined
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  return {
    at: reading.place(file, { start: lineStart, end: lineStart }),
    text: `${indent}terminationGracePeriodSeconds: 41${end}`,
  }
}
