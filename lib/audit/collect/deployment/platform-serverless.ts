import type { HostsFact, VariableFact } from '../../facts/deployment.js'
import { entryAt, itemsOf, numberOf, type Span, type Tree, textAt, textOf, valueAt } from '../../files/tree.js'
import { commandFacts } from './commands.js'
import { isServiceImage } from './images.js'
import { unquoted } from './kubernetes-variables.js'
import { platformVariables } from './platform-facts.js'
import type { Piece, Reading } from './reading.js'

/** An ECS task definition: its first container that can be the app. ECS waits 30 s where no `stopTimeout` is written. */
export async function readTaskDefinition(reading: Reading, file: string): Promise<Piece> {
  const tree = await reading.json(file)
  const containers = itemsOf(
    valueAt(tree, 'containerDefinitions') ?? valueAt(tree, 'taskDefinition', 'containerDefinitions'),
  )
  const container = containers.find((candidate) => !isServiceImage(textAt(candidate, 'image') ?? ''))
  if (!container) return {}
  const service = textAt(container, 'name') ?? 'task'
  const stop = entryAt(container, 'stopTimeout')
  const command = entryAt(container, 'command')
  const exec = itemsOf(command?.value).map((item) => textOf(item) ?? '')
  const common = { source: 'paas', name: service, file, dir: reading.scope.dir, when: 'any' } as const
  return {
    commands:
      command && exec.length > 0
        ? commandFacts(reading, { ...common, text: exec.join(' '), exec, form: 'exec', span: command.value })
        : [],
    variables: [...pairs(reading, file, service, container), ...references(reading, file, service, container)],
    grace: [
      {
        platform: 'ecs',
        seconds: numberOf(stop?.value) ?? 30,
        byDefault: !stop,
        fixed: false,
        preStop: undefined,
        place: reading.place(file, stop ?? container),
        insert: undefined,
      },
    ],
    hosts: [
      {
        min: 1,
        max: numberOf(valueAt(tree, 'desiredCount')) ?? 1,
        kind: 'paas',
        place: reading.place(file, container),
        said: 'a task of ECS',
        ephemeralDisk: true,
      },
    ],
  }
}

function pairs(reading: Reading, file: string, service: string, container: Tree): readonly VariableFact[] {
  return itemsOf(valueAt(container, 'environment')).flatMap((item) => {
    const name = textAt(item, 'name')
    const value = valueAt(item, 'value')
    if (name === undefined || !value) return []
    return [
      reading.variable(file, {
        name,
        value: textOf(value),
        source: 'paas',
        service,
        place: unquoted(reading.text(file) ?? '', value),
      }),
    ]
  })
}

function references(reading: Reading, file: string, service: string, container: Tree): readonly VariableFact[] {
  return itemsOf(valueAt(container, 'secrets')).flatMap((item) => {
    const name = textAt(item, 'name')
    return name === undefined
      ? []
      : [reading.variable(file, { name, value: undefined, source: 'paas', service, place: item, fromSecret: true })]
  })
}

/** serverless.yml: as many instances as there are requests, each with a disk of its own. */
export async function readServerless(reading: Reading, file: string): Promise<Piece> {
  const [tree] = await reading.yaml(file)
  const functions = entryAt(tree, 'functions')
  if (!functions) return {}
  return {
    hosts: [serverless(reading, file, functions, 'functions that start for each burst of requests')],
    variables: platformVariables(reading, file, valueAt(tree, 'provider', 'environment')),
  }
}

/** vercel.json of an app that runs there; rewrites and headers alone are a front end's. */
export async function readVercel(reading: Reading, file: string): Promise<Piece> {
  const tree = await reading.json(file)
  const entry = entryAt(tree, 'functions') ?? entryAt(tree, 'builds')
  if (!entry || !/@vercel\/node|@now\/node|\.[jt]s"/.test((reading.text(file) ?? '').slice(entry.start, entry.end)))
    return {}
  return {
    hosts: [serverless(reading, file, entry, 'functions of Vercel')],
    variables: platformVariables(reading, file, valueAt(tree, 'env')),
  }
}

function serverless(reading: Reading, file: string, at: Span, said: string): HostsFact {
  return { min: 0, max: 1000, kind: 'serverless', place: reading.place(file, at), said, ephemeralDisk: true }
}
