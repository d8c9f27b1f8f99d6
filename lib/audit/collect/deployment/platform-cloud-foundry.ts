import { entryAt, itemsOf, numberOf, type Tree, textAt, truthOf, valueAt } from '../../files/tree.js'
import { platformCommand, platformCount, platformHost, platformVariables } from './platform-facts.js'
import { runsBeside } from './process-model.js'
import type { Piece, Reading } from './reading.js'

/** manifest.yml of Cloud Foundry: the app that has a route. What stands beside `applications`, or inherits, holds for each. */
export async function readCloudFoundry(reading: Reading, file: string): Promise<Piece> {
  const [tree] = await reading.yaml(file)
  const listed = valueAt(tree, 'applications')
  if (!tree || (listed === undefined && entryAt(tree, 'inherit') === undefined)) return {}
  const app = listed === undefined ? tree : itemsOf(listed).find((candidate) => isServer(reading, candidate))
  if (!app) return {}
  const of = (key: string) => entryAt(app, key) ?? entryAt(tree, key)
  const instances = of('instances')
  const min = numberOf(instances?.value)
  const at = entryAt(app, 'name') ?? app
  const counted =
    instances && min !== undefined && min > 0
      ? platformCount(reading, file, instances, { min, max: min, ephemeralDisk: true })
      : undefined
  return {
    commands: platformCommand(reading, file, textAt(app, 'name') ?? 'web', of('command')?.value),
    variables: platformVariables(reading, file, of('env')?.value, textAt(app, 'name')),
    processes: counted?.processes ?? [],
    hosts: counted?.hosts ?? [platformHost(reading, file, at, 'one instance on Cloud Foundry', true)],
  }
}

function isServer(reading: Reading, app: Tree): boolean {
  return (
    truthOf(valueAt(app, 'no-route')) !== true &&
    !runsBeside.test(textAt(app, 'name') ?? '') &&
    reading.tie(textAt(app, 'path') ?? '.') !== 'other'
  )
}
