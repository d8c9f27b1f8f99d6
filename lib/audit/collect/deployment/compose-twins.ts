import type { ProcessFact } from '../../facts/deployment.js'
import { entryAt, textAt, textOf, valueAt } from '../../files/tree.js'
import type { ComposeService } from './compose.js'
import { serviceReplicas } from './compose-running.js'
import { whenOfService } from './compose-service.js'
import type { Reading } from './reading.js'

/** Services of one file that run one program, `web1` and `web2`: together they are several processes of the app. */
export function twinProcesses(reading: Reading, services: readonly ComposeService[]): readonly ProcessFact[] {
  const running = services.filter(
    (service) =>
      !/^(development|test)$/.test(whenOfService(service)) && entryAt(service.tree, 'profiles') === undefined,
  )
  const programs = new Map<string, ComposeService[]>()
  for (const service of running) {
    const program = programOf(reading, service)
    if (program !== undefined) programs.set(program, [...(programs.get(program) ?? []), service])
  }
  return [...programs.values()].flatMap((twins) => (twins.length > 1 ? [together(reading, twins)] : []))
}

/** What tells one program from another: what is built or pulled, and what is started in it. */
function programOf(reading: Reading, { file, tree, dir }: ComposeService): string | undefined {
  const image = textAt(tree, 'image')
  const built =
    entryAt(tree, 'build') &&
    `${dir} ${textAt(tree, 'build', 'dockerfile') ?? ''} ${textAt(tree, 'build', 'target') ?? ''}`
  if (built === undefined && image === undefined) return undefined
  const started = ['command', 'entrypoint'].map((name) => written(reading, file, valueAt(tree, name)))
  return [built ?? image, ...started].join('\0')
}

function written(reading: Reading, file: string, tree: ReturnType<typeof valueAt>): string {
  return textOf(tree) ?? (tree && reading.text(file)?.slice(tree.start, tree.end)) ?? ''
}

function together(reading: Reading, twins: readonly ComposeService[]): ProcessFact {
  const counts = twins.map((twin) => {
    const [replicas] = serviceReplicas(reading, twin)
    return replicas === undefined ? 1 : replicas.count
  })
  const [first] = twins
  if (first === undefined) throw new Error('no services')
  return {
    kind: 'replicas',
    count: counts.reduce<number | null>(
      (sum, count) => (sum === null || typeof count !== 'number' ? null : sum + count),
      0,
    ),
    variable: undefined,
    place: reading.place(first.file, first.entry),
    when: whenOfService(first),
    script: undefined,
    said: `the services ${twins.map(({ name }) => name).join(' and ')} run the same program`,
  }
}
