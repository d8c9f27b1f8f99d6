import { posix } from 'node:path'
import type { CommandFact, ContainerFact, GraceFact, VariableFact } from '../../facts/deployment.js'
import type { When } from '../../facts/when.js'
import { type DockerInstruction, type DockerStage, readDockerfile } from '../../files/dockerfile.js'
import { commandFacts } from './commands.js'
import { expand } from './expansion.js'
import { whenOfFile } from './file-names.js'
import { isServiceImage } from './images.js'
import type { Piece, Reading } from './reading.js'

/** The stages that one image is made of, the base first, and its directory outside. */
interface Image {
  readonly file: string
  readonly name: string
  readonly stages: readonly DockerStage[]
  readonly instructions: readonly DockerInstruction[]
}

export function isDockerfile(file: string): boolean {
  const base = posix.basename(file)
  return (
    /^(dockerfile|containerfile)([._-][\w.-]+)?$|^[\w-]+\.dockerfile$/i.test(base) &&
    !/\.(md|js|ts|json|dockerignore)$/i.test(base)
  )
}

/** Dockerfiles whose last stage can be this app. */
export async function readDockerfiles(reading: Reading): Promise<Piece> {
  const pieces = {
    commands: [] as CommandFact[],
    variables: [] as VariableFact[],
    containers: [] as ContainerFact[],
    grace: [] as GraceFact[],
  }
  for (const file of reading.files.filter(isDockerfile)) {
    const image = await imageOf(reading, file)
    if (!image || !isThisApp(reading, image)) continue
    const commands = commandsOf(reading, image)
    pieces.commands.push(...commands)
    pieces.variables.push(...variablesOf(reading, image))
    pieces.containers.push(containerOf(reading, image))
    if (commands.length > 0) pieces.grace.push(graceOf(reading, image))
  }
  return pieces
}

async function imageOf(reading: Reading, file: string): Promise<Image | undefined> {
  const text = reading.text(file)
  const stages = text === undefined ? undefined : reading.parsed(file, await readDockerfile(text))
  const last = stages?.at(-1)
  if (!stages || !last) return undefined
  const chain = [last]
  for (let at: DockerStage | undefined = last; at; ) {
    const { from, index }: DockerStage = at
    at = stages.find(
      (stage) =>
        stage.index < index && (stage.name?.toLowerCase() === from.toLowerCase() || String(stage.index) === from),
    )
    if (at) chain.unshift(at)
  }
  return { file, name: posix.basename(file), stages, instructions: chain.flatMap((stage) => stage.instructions) }
}

/** An image of another package copies or runs only what is there; one made from nginx or Postgres is no app. */
function isThisApp(reading: Reading, image: Image): boolean {
  const base = image.instructions
    .find((instruction) => instruction.name === 'FROM')
    ?.argument.text.split(/\s+/)
    .find((word) => !word.startsWith('--'))
  if (base && isServiceImage(base)) return false
  const dir = posix.dirname(image.file)
  const named = image.instructions.flatMap((instruction) => pathsOf(instruction))
  const ties = new Set(named.map((path) => reading.tie(posix.join(dir, path))))
  const ofDirectory = dir === '.' ? 'open' : reading.tie(dir)
  if (ofDirectory === 'other') return false
  return ties.has('ours') || ofDirectory === 'ours' || !ties.has('other')
}

function pathsOf(instruction: DockerInstruction): readonly string[] {
  if (!/^(COPY|ADD|WORKDIR|CMD|ENTRYPOINT)$/.test(instruction.name) || /--from=/.test(instruction.argument.text))
    return []
  const words = instruction.exec ?? instruction.argument.text.split(/\s+/)
  const sources = instruction.name === 'COPY' || instruction.name === 'ADD' ? words.slice(0, -1) : words
  return sources
    .filter((word) => /^[\w.@-]+(\/[\w.@-]*)*\/?$/.test(word) && !/^(package(-lock)?\.json|yarn\.lock|\.+)$/.test(word))
    .map((word) => word.replace(/\/[\w-]+\.\w+$/, ''))
}

function commandsOf(reading: Reading, image: Image): readonly CommandFact[] {
  const entrypoint = image.instructions.findLast((instruction) => instruction.name === 'ENTRYPOINT')
  const cmd = image.instructions.findLast(
    (instruction) =>
      instruction.name === 'CMD' &&
      !(entrypoint && instruction.start < entrypoint.start && instruction.stage !== entrypoint.stage),
  )
  const said = cmd ?? entrypoint
  if (!said || said.argument.text === '') return []
  const dir = posix.dirname(image.file)
  const words = [...(entrypoint?.exec ?? []), ...(cmd?.exec ?? [])]
  const common = {
    source: 'dockerfile',
    name: image.name,
    file: image.file,
    span: said.argument,
    dir,
    when: whenOfImage(image),
    environment: environmentOf(image),
  } as const
  if (said.exec === undefined || (entrypoint && !entrypoint.exec)) {
    const shell = entrypoint && !entrypoint.exec ? entrypoint : said
    return commandFacts(reading, { ...common, span: shell.argument, text: shell.argument.text, form: 'shell' })
  }
  const exec = withoutEntryScript(reading, dir, words)
  return commandFacts(reading, { ...common, text: exec.join(' '), exec, form: 'exec' })
}

/** An entry script that ends in `exec "$@"` runs what follows it; another one runs what it holds. */
function withoutEntryScript(reading: Reading, dir: string, words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => /\.sh$|entry[-_]?point/i.test(word))
  const script = words[at]
  if (script === undefined || at === words.length - 1) return words
  const text = reading.text(reading.resolve(dir, script)) ?? reading.text(reading.resolve(dir, posix.basename(script)))
  if (text !== undefined && !/\$[@*]/.test(text)) return words.slice(0, at + 1)
  return [...words.slice(0, at), ...words.slice(at + 1)]
}

function environmentOf(image: Image): Readonly<Record<string, string>> {
  const pairs = image.instructions
    .filter((instruction) => instruction.name === 'ENV')
    .flatMap((instruction) => instruction.pairs)
  return Object.fromEntries(
    pairs.flatMap(({ name, value }) => (value === undefined || /\$/.test(value) ? [] : [[name, value]])),
  )
}

function whenOfImage(image: Image): When {
  return whenOfFile(posix.basename(image.file))
}

function variablesOf(reading: Reading, image: Image): readonly VariableFact[] {
  const when = whenOfImage(image)
  return image.stages.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => {
      if (instruction.name === 'ENV' && !image.instructions.includes(instruction)) return []
      return instruction.pairs
        .filter((pair) => pair.value !== undefined)
        .map((pair) => {
          const { value } = expand(pair.value ?? '')
          const source = instruction.name === 'ARG' ? ('dockerfile-arg' as const) : ('dockerfile' as const)
          return reading.variable(image.file, {
            name: pair.name,
            value,
            source,
            place: pair.valueSpan,
            when,
            fallback: source === 'dockerfile-arg',
          })
        })
    }),
  )
}

function containerOf(reading: Reading, image: Image): ContainerFact {
  const volumes = image.instructions.filter((instruction) => instruction.name === 'VOLUME')
  const user = image.instructions.findLast((instruction) => instruction.name === 'USER')
  const last = image.stages.at(-1)?.instructions[0]
  const entry = image.instructions.findLast((instruction) => instruction.name === 'ENTRYPOINT')
  return {
    kind: 'dockerfile',
    name: image.name,
    place: reading.place(image.file, last ?? { start: 0, end: 0 }),
    mounts: volumes.flatMap((volume) =>
      (volume.exec ?? volume.argument.text.split(/\s+/)).map((path) => ({
        path,
        lasting: true,
        many: false,
        place: reading.place(image.file, volume.argument),
      })),
    ),
    ports: [],
    init: /\b(tini|dumb-init|catatonit)\b/.test(entry?.argument.text ?? ''),
    cpuLimit: undefined,
    memoryLimitMb: undefined,
    readinessProbe: undefined,
    privateTmp: false,
    user: user?.argument.text,
  }
}

/** `docker stop` waits 10 s. */
function graceOf(reading: Reading, image: Image): GraceFact {
  const last = image.stages.at(-1)?.instructions[0]
  const place = reading.place(image.file, last ?? { start: 0, end: 0 })
  return {
    platform: 'docker',
    seconds: 10,
    byDefault: true,
    fixed: false,
    preStop: undefined,
    place,
    insert: undefined,
  }
}
