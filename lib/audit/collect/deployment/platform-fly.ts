import { readToml } from '../../files/toml.js'
import { entriesOf, entryAt, itemsOf, numberOf, type Tree, textAt, textOf, truthOf, valueAt } from '../../files/tree.js'
import { platformCommand, platformCount, platformHost, platformProxy, platformVariables } from './platform-facts.js'
import type { Piece, Reading } from './reading.js'
import { seconds } from './units.js'

/** fly.toml. Fly waits 5 s after SIGINT where nothing else is written; a machine's disk is new at each deploy but for its mounts. */
export async function readFly(reading: Reading, file: string): Promise<Piece> {
  const tree = reading.parsed(file, await readToml(reading.text(file) ?? ''))
  if (!tree) return {}
  const at = entryAt(tree, 'app') ?? tree
  const service = valueAt(tree, 'http_service') ?? itemsOf(valueAt(tree, 'services'))[0]
  const mounts = itemsOf(valueAt(tree, 'mounts'))
  const ephemeralDisk = mounts.length === 0
  const minimum = entryAt(service, 'min_machines_running')
  const min = numberOf(minimum?.value) ?? 0
  const counted =
    minimum && min > 0 ? platformCount(reading, file, minimum, { min, max: min, ephemeralDisk }) : undefined
  const web = entriesOf(valueAt(tree, 'processes')).filter(({ key }) => key === 'app' || key === 'web')
  const kill = entryAt(tree, 'kill_timeout')
  const stop = kill ? seconds(textOf(kill.value) ?? '') : 5
  return {
    variables: platformVariables(reading, file, valueAt(tree, 'env')),
    commands: web.flatMap(({ key, value }) => platformCommand(reading, file, key, value)),
    processes: counted?.processes ?? [],
    hosts: counted?.hosts ?? [platformHost(reading, file, at, 'fly.toml: a machine of Fly', ephemeralDisk)],
    proxies: service ? [platformProxy(reading, file, at, 'fly', forcesHttps(service))] : [],
    grace:
      stop === undefined
        ? []
        : [
            {
              platform: 'fly',
              seconds: stop,
              byDefault: !kill,
              fixed: false,
              preStop: undefined,
              place: reading.place(file, kill ?? at),
              insert: undefined,
            },
          ],
    containers: [
      {
        kind: 'dockerfile',
        name: textAt(tree, 'app') ?? 'fly',
        place: reading.place(file, at),
        mounts: mounts.flatMap((mount) => {
          const path = textAt(mount, 'destination')
          return path === undefined ? [] : [{ path, lasting: true, many: false, place: reading.place(file, mount) }]
        }),
        ports: [],
        init: true,
        cpuLimit: undefined,
        memoryLimitMb: undefined,
        readinessProbe: undefined,
        privateTmp: false,
        user: undefined,
      },
    ],
  }
}

function forcesHttps(service: Tree): boolean | undefined {
  const ports = itemsOf(valueAt(service, 'ports'))
  const forced =
    truthOf(valueAt(service, 'force_https')) ??
    (ports.some((port) => truthOf(valueAt(port, 'force_https')) === true) || undefined)
  return forced === true ? true : ports.some((port) => numberOf(valueAt(port, 'port')) === 80) ? false : undefined
}
