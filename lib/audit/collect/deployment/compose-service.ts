import { posix } from 'node:path'
import type { CommandFact, VariableFact } from '../../facts/deployment.js'
import { entriesOf, entryAt, itemsOf, type Tree, textAt, textOf, valueAt } from '../../files/tree.js'
import { commandFacts } from './commands.js'
import type { ComposeService } from './compose.js'
import { envVariables, isEnvFile } from './env-files.js'
import { expand } from './expansion.js'
import { whenOfFile, whenOfName } from './file-names.js'
import type { Reading } from './reading.js'

/** What a service starts instead of its image's command. */
export function serviceCommands(reading: Reading, service: ComposeService): readonly CommandFact[] {
  const entry = entryAt(service.tree, 'command') ?? entryAt(service.tree, 'entrypoint')
  if (!entry) return []
  const { file, name, dir } = service
  const environment = environmentOf(service)
  const common = {
    source: 'compose',
    name,
    file,
    dir: workingDirectory(reading, service, dir),
    when: whenOfService(service),
    environment,
    span: entry.value,
  } as const
  if (entry.value.kind === 'list') {
    const exec = entry.value.items.map((item) => textOf(item) ?? '')
    return commandFacts(reading, { ...common, text: exec.join(' '), exec, form: 'exec' })
  }
  const text = textOf(entry.value)
  if (text === undefined) return []
  const quoted = /^['"]/.test(reading.text(file)?.slice(entry.value.start, entry.value.end) ?? '') ? 1 : 0
  const span = { start: entry.value.start + quoted, end: entry.value.end - quoted }
  return commandFacts(reading, { ...common, text, span, form: undefined })
}

/** `working_dir: /app/server` is `server` where the project has such a directory. */
function workingDirectory(reading: Reading, service: ComposeService, dir: string): string {
  const inside = textAt(service.tree, 'working_dir')
  const last = inside && posix.basename(inside)
  return last && reading.project.files.some((file) => file.startsWith(`${posix.join(dir, last)}/`))
    ? posix.join(dir, last)
    : dir
}

/** The environment that a service speaks of: its file's, else its own NODE_ENV's. */
export function whenOfService(service: ComposeService) {
  const byFile = whenOfFile(service.file)
  if (byFile !== 'any') return byFile
  return whenOfName(service.name.replaceAll('_', '-')) ?? 'any'
}

interface Setting {
  readonly name: string
  readonly value: string
  readonly at: Tree
  /** Where the value begins in a list item of `NAME=value`. */
  readonly skip: number
}

function settingsOf(tree: Tree | undefined): readonly Setting[] {
  if (tree?.kind === 'map')
    return entriesOf(tree).flatMap(({ key, value }) => {
      const text = textOf(value)
      return text === undefined ? [] : [{ name: key, value: text, at: value, skip: -1 }]
    })
  return itemsOf(tree).flatMap((item) => {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(textOf(item) ?? '') ?? []
    return name === undefined || value === undefined ? [] : [{ name, value, at: item, skip: name.length + 1 }]
  })
}

function environmentOf(service: ComposeService): Readonly<Record<string, string>> {
  const settings = settingsOf(valueAt(service.tree, 'environment'))
  return Object.fromEntries(settings.flatMap(({ name, value }) => (value.includes('$') ? [] : [[name, value]])))
}

/** `environment` as a map or a list, and the files of `env_file`. */
export function serviceVariables(reading: Reading, service: ComposeService): readonly VariableFact[] {
  const { file, name } = service
  const direct = settingsOf(valueAt(service.tree, 'environment')).map((setting) => {
    const { value, fallback } = expand(setting.value)
    const place = valuePlace(reading.text(file) ?? '', setting)
    return reading.variable(file, {
      name: setting.name,
      value,
      fallback,
      source: 'compose',
      service: name,
      place,
      when: whenOfService(service),
    })
  })
  return [...direct, ...envFilesOf(service).flatMap((path) => fileVariables(reading, service, path))]
}

function valuePlace(text: string, { at, skip, value }: Setting) {
  const written = text.slice(at.start, at.end)
  const quoted = /^['"]/.test(written) ? 1 : 0
  if (skip === -1) return { start: at.start + quoted, end: at.end - quoted }
  const start = at.start + quoted + skip
  return { start, end: Math.max(start, Math.min(start + value.length, at.end - quoted)) }
}

/** Paths of `env_file`, as written. */
export function envFilesOf(service: ComposeService): readonly string[] {
  return itemsOf(valueAt(service.tree, 'env_file')).flatMap((item) => textOf(item) ?? textAt(item, 'path') ?? [])
}

/** Files whose names say nothing (`config/web.conf`) are read because the service names them; the others are read anyway. */
function fileVariables(reading: Reading, service: ComposeService, path: string): readonly VariableFact[] {
  const file = posix.normalize(posix.join(posix.dirname(service.file), path))
  if (isEnvFile(file) || !reading.project.files.includes(file)) return []
  return envVariables(reading, file, service.name)
}
