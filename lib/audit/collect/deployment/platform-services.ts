import { posix } from 'node:path'
import type { VariableFact } from '../../facts/deployment.js'
import { readToml } from '../../files/toml.js'
import { entryAt, itemsOf, numberOf, type Tree, textAt, textOf, truthOf, valueAt } from '../../files/tree.js'
import { unquoted } from './kubernetes-variables.js'
import { platformCommand, platformCount, platformHost, platformProxy, platformVariables } from './platform-facts.js'
import type { Piece, Reading } from './reading.js'

/** render.yaml: web services of this app. */
export async function readRender(reading: Reading, file: string): Promise<Piece> {
  const [tree] = await reading.yaml(file)
  const services = itemsOf(valueAt(tree, 'services')).filter(
    (service) =>
      textAt(service, 'type') === 'web' &&
      textAt(service, 'runtime') !== 'static' &&
      textAt(service, 'env') !== 'static',
  )
  const service = services.find((candidate) => reading.tie(textAt(candidate, 'rootDir') ?? '.') !== 'other')
  if (!service) return {}
  const name = textAt(service, 'name') ?? 'web'
  const ephemeralDisk = entryAt(service, 'disk') === undefined
  const scaling = entryAt(service, 'scaling', 'minInstances')
  const instances = entryAt(service, 'numInstances') ?? scaling
  const min = numberOf(instances?.value) ?? 1
  const max = numberOf(valueAt(service, 'scaling', 'maxInstances')) ?? min
  const at = entryAt(service, 'name') ?? service
  const counted = instances && platformCount(reading, file, instances, { min, max, ephemeralDisk })
  const dir = posix.join(posix.dirname(file), textAt(service, 'rootDir') ?? '.')
  return {
    commands: platformCommand(reading, file, name, valueAt(service, 'startCommand'), dir),
    variables: itemsOf(valueAt(service, 'envVars')).flatMap((item) => renderVariable(reading, file, name, item)),
    processes: counted?.processes ?? [],
    hosts: counted?.hosts ?? [platformHost(reading, file, at, 'one instance on Render', ephemeralDisk)],
    proxies: [platformProxy(reading, file, at, 'render', true)],
  }
}

function renderVariable(reading: Reading, file: string, service: string, item: Tree): readonly VariableFact[] {
  const name = textAt(item, 'key')
  if (name === undefined) return []
  const value = valueAt(item, 'value')
  const fromSecret =
    truthOf(valueAt(item, 'generateValue')) === true ||
    (value === undefined && truthOf(valueAt(item, 'sync')) === false)
  const place = value ? unquoted(reading.text(file) ?? '', value) : item
  return [reading.variable(file, { name, value: textOf(value), source: 'paas', service, place, fromSecret })]
}

/** railway.json and railway.toml. */
export async function readRailway(reading: Reading, file: string): Promise<Piece> {
  const text = reading.text(file) ?? ''
  const tree = file.endsWith('.json') ? await reading.json(file) : reading.parsed(file, await readToml(text))
  const deploy = valueAt(tree, 'deploy')
  if (!tree || !deploy) return {}
  const replicas = entryAt(deploy, 'numReplicas')
  const min = numberOf(replicas?.value) ?? 1
  const counted = replicas && platformCount(reading, file, replicas, { min, max: min, ephemeralDisk: true })
  return {
    commands: platformCommand(reading, file, 'railway', valueAt(deploy, 'startCommand')),
    processes: counted?.processes ?? [],
    hosts: counted?.hosts ?? [platformHost(reading, file, deploy, 'one replica on Railway', true)],
    proxies: [platformProxy(reading, file, deploy, 'railway', undefined)],
  }
}

/** App Engine's app.yaml; other files of that name have no `runtime`. */
export async function readAppEngine(reading: Reading, file: string): Promise<Piece> {
  const [tree] = await reading.yaml(file)
  const runtime = entryAt(tree, 'runtime')
  if (!tree || !runtime) return {}
  const scaling = valueAt(tree, 'automatic_scaling') ?? valueAt(tree, 'basic_scaling')
  const manual = entryAt(tree, 'manual_scaling', 'instances')
  const most = entryAt(scaling, 'max_instances') ?? entryAt(scaling, 'max_num_instances') ?? manual
  const least = entryAt(scaling, 'min_instances') ?? entryAt(scaling, 'min_num_instances') ?? manual
  const max = numberOf(most?.value)
  const said = max === undefined ? 'App Engine adds instances as it likes' : `at most ${max} instances of App Engine`
  const place = reading.place(file, most ?? runtime)
  const counted = manual && platformCount(reading, file, manual, { min: max ?? 1, max: max ?? 1, ephemeralDisk: true })
  return {
    commands: platformCommand(reading, file, 'entrypoint', valueAt(tree, 'entrypoint')),
    variables: platformVariables(reading, file, valueAt(tree, 'env_variables')),
    processes: counted?.processes ?? [],
    hosts: [
      {
        min: numberOf(least?.value) ?? 0,
        max: max ?? 10,
        kind: max === 1 ? 'paas' : 'serverless',
        place,
        said,
        ephemeralDisk: true,
      },
    ],
    proxies: [platformProxy(reading, file, runtime, 'app-engine', undefined)],
  }
}
