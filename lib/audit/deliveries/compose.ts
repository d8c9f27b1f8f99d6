import { posix } from 'node:path'
import type { Edit } from '../edit.js'
import type { LinesFact, SettingsFact } from '../facts/settings.js'
import { listed } from '../wording/places.js'
import {
  allNeeded,
  type Delivery,
  type DeliveryBy,
  directoryVariable,
  type Instruction,
  type Needed,
} from './delivery.js'
import { ownedDirectory } from './docker.js'
import { makeKey, settingsFile } from './settings-file.js'

/** Compose reads the `.env` beside its file and puts its values where the file asks for them. */
export const byCompose: DeliveryBy = (facts, settings): Delivery => {
  const [
    {
      place: { file },
    },
  ] = settings as readonly [SettingsFact]
  const services = listed([...new Set(settings.map(({ name }) => name))])
  const lines = (name: string, value: string): Instruction => ({
    words: `Give ${services} the variable ${name}, under environment in ${file}`,
    command: lineOf([name, value]),
  })
  const lineOf = variableLine(settings[0]?.next?.form)
  const [own] = settings.flatMap(({ files }) => files)
  const fileOf = (path: string) => posix.join(posix.dirname(file), path)
  return {
    key: (variable) =>
      own === undefined
        ? [makeKey(variable, fileOf(settingsFile)), lines(variable, required(variable))]
        : [makeKey(variable, fileOf(own))],
    value: lines,
    directory: (path) => [
      {
        words: `Mount one volume into ${services}, under volumes in ${file}; it works for one server, for a second server use Redis`,
        command: `- sessions:${posix.dirname(path)}`,
      },
      ...ownedDirectory(facts, posix.dirname(path)),
      lines(directoryVariable, path),
    ],
    edits: (needed) => editsOf(settings, needed),
    file: fileOf(own ?? settingsFile),
  }
}

/** Compose stops where it is unset. */
const required = (name: string) => `\${${name}:?}`

function editsOf(settings: readonly SettingsFact[], needed: Needed): readonly Edit[] {
  const variables = settings.flatMap(({ next, files }) => {
    const all = allNeeded(files.length > 0 ? { ...needed, key: undefined } : needed, required)
    return next === undefined || all.length === 0
      ? []
      : [insertion(next, 'environment', all.map(variableLine(next.form)))]
  })
  const { directory } = needed
  return directory === undefined ? variables : [...variables, ...volumeEdits(settings, posix.dirname(directory))]
}

const variableLine =
  (form: LinesFact['form'] | undefined) =>
  ([name, value]: readonly [string, string]) =>
    form === 'list' ? `- ${name}=${value}` : `${name}: ${value}`

function volumeEdits(settings: readonly SettingsFact[], path: string): readonly Edit[] {
  return settings.flatMap(({ volumes }) =>
    volumes === undefined
      ? []
      : [
          insertion(volumes.service, 'volumes', [`- sessions:${path}`]),
          insertion(volumes.file, 'volumes', ['sessions:']),
        ],
  )
}

/** Lines of a block, with its key where it is not there. */
export function insertion(
  { at: { file, start, end }, indent, form }: LinesFact,
  key: string,
  lines: readonly string[],
): Edit {
  const all = form === 'new' ? [`${key}:`, ...lines.map((line) => `  ${line}`)] : lines
  return { file, start, end, text: all.map((line) => `${indent}${line}\n`).join('') }
}
