import { posix } from 'node:path'
import type { HostsFact, ProcessFact, VariableFact } from '../../facts/deployment.js'
import type { ProxyFact } from '../../facts/proxy.js'
import { entriesOf, entryAt, type MapTree, mapsIn, numberOf, textOf, truthOf, valueAt } from '../../files/tree.js'
import { whenOfFile } from './file-names.js'
import { unquoted } from './kubernetes-variables.js'
import type { Piece, Reading } from './reading.js'

/** Values of Helm charts: the chart's own and those of each environment. */
export async function readHelmValues(reading: Reading): Promise<readonly Piece[]> {
  const others = chartsOfOthers(reading)
  const files = reading.files
    .filter((file) => isValuesFile(reading, file))
    .filter((file) => !others.some((chart) => file.startsWith(`${chart}/`)))
  const pieces: Piece[] = []
  for (const file of files)
    for (const tree of await reading.yaml(file))
      for (const map of mapsIn(tree)) pieces.push(pieceOf(reading, file, map))
  return pieces
}

function isValuesFile(reading: Reading, file: string): boolean {
  if (!/^([\w.-]*[-_.])?values([-_.][\w.-]+)?\.ya?ml$/.test(posix.basename(file))) return false
  const dir = posix.dirname(file)
  const charts = chartsIn(reading)
  // Values of environments lie beside the chart or above it.
  return (
    charts.some((chart) => chart === dir || chart.startsWith(`${dir}/`) || dir.startsWith(`${chart}/`)) ||
    /(^|\/)(helm|charts?|k8s|kubernetes|deploy)/i.test(dir)
  )
}

const chartsIn = ({ project }: Reading): readonly string[] =>
  project.files.filter((file) => posix.basename(file) === 'Chart.yaml').map((file) => posix.dirname(file))

/** Where one chart bears the app's name, its neighbours start something else. */
function chartsOfOthers(reading: Reading): readonly string[] {
  const charts = chartsIn(reading)
  const own = ownNames(reading)
  const ours = charts.filter((chart) => namesOf(reading, chart).some((name) => own.includes(name)))
  const isOurs = (chart: string) => ours.some((each) => each === chart || each.startsWith(`${chart}/`))
  return ours.length === 0 ? [] : charts.filter((chart) => !isOurs(chart))
}

function ownNames(reading: Reading): readonly string[] {
  const { dir, packageFile = posix.join(dir, 'package.json') } = reading.scope
  const name = /"name"\s*:\s*"(?:@[^/"]+\/)?([^"]+)"/.exec(reading.text(packageFile) ?? '')?.[1]
  return [name ?? '', posix.basename(dir)].filter((each) => /\w/.test(each))
}

/** The chart's name, its folder's, and that of the image it starts. */
function namesOf(reading: Reading, chart: string): readonly string[] {
  const named = /^name:\s*["']?([\w.-]+)/m.exec(reading.text(posix.join(chart, 'Chart.yaml')) ?? '')?.[1]
  const image = /^\s*repository:\s*["']?([\w.:/-]+)/m.exec(reading.text(posix.join(chart, 'values.yaml')) ?? '')?.[1]
  return [named, posix.basename(chart), image && posix.basename(image)].flatMap((each) => each ?? [])
}

const environments =
  /^(env|envs|environment|envVars|extraEnv|extraEnvVars|config|secrets?|secretEnv|envSecrets?|envFromSecret|namespace_secrets)$/

function pieceOf(reading: Reading, file: string, map: MapTree): Piece {
  const replicas = entryAt(map, 'replicaCount') ?? entryAt(map, 'replicas')
  const scaling = valueAt(map, 'autoscaling')
  const variables = entriesOf(map).filter(({ key }) => environments.test(key))
  return {
    processes: replicas ? replicaFacts(reading, file, replicas, scaling) : [],
    hosts: replicas ? hostFacts(reading, file, replicas, scaling) : [],
    proxies: ingressFacts(reading, file, map),
    variables: variables.flatMap(({ key, value }) => variableFacts(reading, file, key, value)),
  }
}

type Entry = NonNullable<ReturnType<typeof entryAt>>
type Scaling = ReturnType<typeof valueAt>

function replicaFacts(reading: Reading, file: string, replicas: Entry, scaling: Scaling): readonly ProcessFact[] {
  const scales = truthOf(valueAt(scaling, 'enabled')) === true
  const min = scales ? numberOf(valueAt(scaling, 'minReplicas')) : undefined
  const count = min ?? numberOf(replicas.value)
  if (count === undefined || count === 0) return []
  const at = min === undefined ? replicas : (entryAt(scaling, 'minReplicas') ?? replicas)
  const said = min === undefined ? `${replicas.key}: ${count}` : `autoscaling.minReplicas: ${count}`
  return [
    {
      kind: 'k8s',
      count,
      variable: undefined,
      place: reading.place(file, at),
      when: whenOfFile(posix.basename(file)),
      script: undefined,
      said,
    },
  ]
}

function hostFacts(reading: Reading, file: string, replicas: Entry, scaling: Scaling): readonly HostsFact[] {
  const when = whenOfFile(posix.basename(file))
  const scales = truthOf(valueAt(scaling, 'enabled')) === true
  const count = numberOf(replicas.value)
  if (count === undefined || when === 'development' || when === 'test') return []
  const min = scales ? (numberOf(valueAt(scaling, 'minReplicas')) ?? count) : count
  const max = scales ? (numberOf(valueAt(scaling, 'maxReplicas')) ?? count) : count
  return [
    {
      min,
      max,
      kind: 'k8s',
      place: reading.place(file, replicas),
      said: `${replicas.key}: ${count}`,
      ephemeralDisk: true,
    },
  ]
}

function ingressFacts(reading: Reading, file: string, map: MapTree): readonly ProxyFact[] {
  const entry = entryAt(map, 'ingress')
  if (!entry || truthOf(valueAt(entry.value, 'enabled')) !== true) return []
  const tls = entriesOf(entry.value).some(
    ({ key, value }) =>
      /^tls/i.test(key) && !(value.kind === 'list' && value.items.length === 0) && truthOf(value) !== false,
  )
  const place = reading.place(file, entry)
  return [
    {
      kind: 'ingress',
      place,
      tls: tls || undefined,
      forwardsProto: true,
      sticky: undefined,
      cache: undefined,
      keepAliveSeconds: undefined,
      httpsOnly: tls || undefined,
      insertAt: undefined,
    },
  ]
}

/** `env` as a map, as a list of names and values, or secrets by name. */
function variableFacts(
  reading: Reading,
  file: string,
  key: string,
  value: ReturnType<typeof valueAt>,
): readonly VariableFact[] {
  const when = whenOfFile(posix.basename(file))
  if (key === 'namespace_secrets' || key === 'envFromSecret')
    return entriesOf(value).flatMap((secret) =>
      entriesOf(secret.value).map((entry) =>
        reading.variable(file, {
          name: entry.key,
          value: undefined,
          source: 'helm',
          place: entry,
          fromSecret: true,
          when,
        }),
      ),
    )
  const listed =
    value?.kind === 'list'
      ? value.items.flatMap((item) => namedItem(item))
      : entriesOf(value).map((entry) => ({ name: entry.key, value: entry.value }))
  return listed.flatMap(({ name, value: tree }) => {
    const text = textOf(tree)
    if (!/^[A-Z][A-Z0-9_]*$/.test(name) || text === undefined) return []
    const known = /\$\{|^\{\{|^ENC\[/.test(text) ? undefined : text
    const place = unquoted(reading.text(file) ?? '', tree)
    return [
      reading.variable(file, { name, value: known, source: 'helm', place, when, fromSecret: /^ENC\[/.test(text) }),
    ]
  })
}

function namedItem(item: NonNullable<ReturnType<typeof valueAt>>) {
  const name = textOf(valueAt(item, 'name'))
  const value = valueAt(item, 'value')
  return name !== undefined && value ? [{ name, value }] : []
}
