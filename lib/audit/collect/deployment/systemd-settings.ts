import { posix } from 'node:path'
import type { SettingsFact } from '../../facts/settings.js'
import type { IniEntry } from '../../files/ini.js'
import { whenOfFile } from './file-names.js'
import type { Reading } from './reading.js'

/** `EnvironmentFile`, and where a line more goes: before `ExecStart`. */
export function unitSettings(
  reading: Reading,
  file: string,
  start: IniEntry,
  entries: readonly IniEntry[],
): SettingsFact {
  const name = posix.basename(file)
  const files = entries.filter(({ key }) => key === 'EnvironmentFile').flatMap(({ value }) => value.replace(/^-/, ''))
  return {
    source: 'systemd',
    name,
    place: reading.place(file, start),
    when: whenOfFile(name),
    files: files.filter((path) => path !== ''),
    secret: undefined,
    next: { at: reading.place(file, { start: start.start, end: start.start }), indent: '', form: 'list' },
    volumes: undefined,
  }
}
