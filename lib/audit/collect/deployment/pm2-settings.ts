import type { SettingsFact } from '../../facts/settings.js'
import type { Pm2App } from './pm2-files.js'
import type { Reading } from './reading.js'

/** PM2 hands on the environment that it is started in, and what its file reads into that. */
export function pm2Settings(reading: Reading, file: string, { name, script, process, tree }: Pm2App): SettingsFact {
  const text = reading.text(file) ?? ''
  return {
    source: 'pm2',
    name,
    place: reading.place(file, tree),
    when: process.when,
    script,
    files: /dotenv|--env-file|loadEnvFile/.test(text) ? ['.env'] : [],
    secret: undefined,
    next: /\.c?js$/.test(file) && /^(module\.)?exports\b/m.test(text) ? firstLine(reading, file, text) : undefined,
    volumes: undefined,
  }
}

/** Behind what must stand first. */
function firstLine(reading: Reading, file: string, text: string): SettingsFact['next'] {
  const [head = ''] = /^\uFEFF?(#![^\n]*\n)?(\s*['"]use strict['"];?[ \t]*\r?\n)?/.exec(text) ?? []
  return { at: reading.place(file, { start: head.length, end: head.length }), indent: '', form: 'list' }
}
