import type { SettingsFact } from '../../facts/settings.js'
import { type Entry, entryAt } from '../../files/tree.js'
import type { Pm2App } from './pm2-files.js'
import type { Reading } from './reading.js'

/** PM2 hands on the env of its file; what it has from its own environment it does not renew when it reloads the file. */
export function pm2Settings(reading: Reading, file: string, app: Pm2App): SettingsFact {
  const text = reading.text(file) ?? ''
  const isScript = /\.c?js$/.test(file) && /^(module\.)?exports\b/m.test(text) && !/\benvFile\b/.test(text)
  return {
    source: 'pm2',
    name: app.name,
    place: reading.place(file, app.tree),
    when: app.process.when,
    script: app.script,
    files: /dotenv|--env-file|loadEnvFile|parseEnv/.test(text) ? ['.env'] : [],
    secret: undefined,
    next: isScript ? firstLine(reading, file, text) : undefined,
    env: isScript ? envOf(reading, file, app, text) : undefined,
    instances: isScript || file.endsWith('.json') ? instancesOf(reading, file, app, text) : undefined,
    volumes: undefined,
  }
}

/** Behind what must stand first. */
function firstLine(reading: Reading, file: string, text: string): SettingsFact['next'] {
  const [head = ''] = /^\uFEFF?(#![^\n]*\n)?(\s*['"]use strict['"];?[ \t]*\r?\n)?/.exec(text) ?? []
  return { at: reading.place(file, { start: head.length, end: head.length }), indent: '', form: 'list' }
}

/** Before the first variable, or before `script` where there is no env. What a name or a spread stands for is left alone. */
function envOf(reading: Reading, file: string, { tree }: Pm2App, text: string): SettingsFact['env'] {
  const env = entryAt(tree, 'env')
  const isOwn = env === undefined || /^['"]?env['"]?\s*:\s*\{/.test(text.slice(env.start))
  const first =
    env === undefined ? entryAt(tree, 'script') : env.value.kind === 'map' ? env.value.entries[0] : undefined
  if (!isOwn || first === undefined || (env !== undefined && first.start < env.start)) return undefined
  const { at, between } = before(reading, file, text, first)
  return { at, isNew: env === undefined, between }
}

function instancesOf(reading: Reading, file: string, { tree }: Pm2App, text: string): SettingsFact['instances'] {
  const script = entryAt(tree, 'script')
  const isSaid = ['instances', 'exec_mode', 'execMode'].some((key) => entryAt(tree, key) !== undefined)
  return script === undefined || isSaid ? undefined : before(reading, file, text, script)
}

/** The place before an entry, and what stands between it and one that is put there. */
function before(reading: Reading, file: string, text: string, { start }: Entry) {
  const lead = text.slice(text.lastIndexOf('\n', start) + 1, start)
  return { at: reading.place(file, { start, end: start }), between: lead.trim() === '' ? `\n${lead}` : ' ' }
}
