import { posix } from 'node:path'
import type { CommandFact, ContainerFact, GraceFact, ProcessFact, VariableFact } from '../../facts/deployment.js'
import { type IniEntry, readIni } from '../../files/ini.js'
import { shellSegments } from '../../files/shell-words.js'
import { commandFacts } from './commands.js'
import { expand } from './expansion.js'
import { whenOfFile } from './file-names.js'
import type { Piece, Reading } from './reading.js'
import { unitSettings } from './systemd-settings.js'
import { seconds } from './units.js'

/** Units of systemd that start this app. */
export function readSystemdUnits(reading: Reading): readonly Piece[] {
  const files = reading.files.filter((file) => /\.service(\.(j2|tmpl|tpl|erb|example|sample|dist))?$/.test(file))
  return files.map((file) => pieceOf(reading, file, readIni(reading.text(file) ?? '')))
}

function pieceOf(reading: Reading, file: string, entries: readonly IniEntry[]): Piece {
  const start = entries.findLast((entry) => entry.key === 'ExecStart' && entry.value !== '')
  if (!start) return {}
  const commands = commandsOf(reading, file, start, entries)
  if (!commands.some((command) => command.runner !== 'other' || command.script !== undefined)) return {}
  return {
    commands,
    variables: variablesOf(reading, file, entries),
    containers: [unitOf(reading, file, entries)],
    settings: [unitSettings(reading, file, start, entries)],
    grace: [graceOf(reading, file, start, entries)],
    processes: /@\.service/.test(file) ? [instances(reading, file, start)] : [],
  }
}

function commandsOf(
  reading: Reading,
  file: string,
  start: IniEntry,
  entries: readonly IniEntry[],
): readonly CommandFact[] {
  const skip = /^[-@:+!]*/.exec(start.value)?.[0].length ?? 0
  const text = start.value.slice(skip)
  const cwd = settingOf(entries, 'WorkingDirectory')
  const last = cwd && posix.basename(cwd)
  const dir = last && reading.project.files.some((other) => other.startsWith(`${last}/`)) ? last : reading.scope.dir
  const environment = Object.fromEntries(settingsOf(entries).map(({ name, value }) => [name, value]))
  const span = { start: start.valueSpan.start + skip, end: start.valueSpan.end }
  return commandFacts(reading, {
    source: 'systemd',
    name: posix.basename(file),
    file,
    text,
    span,
    dir,
    when: whenOfFile(posix.basename(file)),
    environment,
  })
}

function settingOf(entries: readonly IniEntry[], key: string): string | undefined {
  return entries.findLast((entry) => entry.key === key)?.value
}

function settingsOf(
  entries: readonly IniEntry[],
): readonly { name: string; value: string; start: number; end: number }[] {
  return entries
    .filter((entry) => entry.key === 'Environment')
    .flatMap((entry) => shellSegments(entry.value, entry.valueSpan.start))
    .flatMap((segment) => segment.words)
    .flatMap(({ text, start, end }) => {
      const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? []
      return name === undefined || value === undefined ? [] : [{ name, value, start, end }]
    })
}

function variablesOf(reading: Reading, file: string, entries: readonly IniEntry[]): readonly VariableFact[] {
  const service = posix.basename(file)
  return settingsOf(entries).map(({ name, value, ...place }) => {
    const expanded = expand(value.replace(/\{\{[\s\S]*\}\}|<%[\s\S]*%>/g, '$template'))
    return reading.variable(file, { name, value: expanded.value, source: 'systemd', service, place })
  })
}

function unitOf(reading: Reading, file: string, entries: readonly IniEntry[]): ContainerFact {
  const state = entries.find((entry) => entry.key === 'StateDirectory')
  return {
    kind: 'systemd',
    name: posix.basename(file),
    place: reading.start(file),
    mounts: state
      ? [{ path: `/var/lib/${state.value}`, lasting: true, many: false, place: reading.place(file, state) }]
      : [],
    ports: [],
    init: true,
    cpuLimit: undefined,
    memoryLimitMb: undefined,
    readinessProbe: undefined,
    privateTmp:
      /^(yes|true|on|1)$/i.test(settingOf(entries, 'PrivateTmp') ?? '') ||
      /^(yes|true|on|1)$/i.test(settingOf(entries, 'DynamicUser') ?? ''),
    user: settingOf(entries, 'User'),
  }
}

/** systemd waits 90 s where nothing else is written. */
function graceOf(reading: Reading, file: string, start: IniEntry, entries: readonly IniEntry[]): GraceFact {
  const entry = entries.findLast((candidate) => candidate.key === 'TimeoutStopSec' || candidate.key === 'TimeoutSec')
  const written = entry ? seconds(entry.value) : undefined
  const place = reading.place(file, entry ?? start)
  return {
    platform: 'systemd',
    seconds: written ?? 90,
    byDefault: entry === undefined,
    fixed: false,
    preStop: undefined,
    place,
    insert: undefined,
  }
}

/** `app@.service` is started once for each instance that the administrator names. */
function instances(reading: Reading, file: string, start: IniEntry): ProcessFact {
  const place = reading.place(file, start)
  return {
    kind: 'systemd',
    count: null,
    variable: undefined,
    place,
    when: whenOfFile(posix.basename(file)),
    script: undefined,
    said: `${posix.basename(file)}: as many instances as are enabled`,
  }
}
