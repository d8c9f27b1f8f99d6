import { posix } from 'node:path'
import type { CommandFact, GraceFact, ProcessFact, VariableFact } from '../../facts/deployment.js'
import type { SettingsFact } from '../../facts/settings.js'
import type { When } from '../../facts/when.js'
import { readJson } from '../../files/json.js'
import { readScriptValue } from '../../files/script-value.js'
import { blankTemplates } from '../../files/template-blanks.js'
import {
  entriesOf,
  entryAt,
  itemsOf,
  type MapTree,
  numberOf,
  type Tree,
  textAt,
  textOf,
  truthOf,
  valueAt,
} from '../../files/tree.js'
import { commandFacts } from './commands.js'
import { whenOfFile, whenOfName, whenOfValue } from './file-names.js'
import { pm2Settings } from './pm2-settings.js'
import type { Piece, Reading } from './reading.js'

/** One app of a PM2 file. */
export interface Pm2App {
  readonly name: string
  readonly script: string | undefined
  readonly dir: string
  readonly process: ProcessFact
  readonly command: CommandFact | undefined
  readonly tree: MapTree
}

export function isPm2File(file: string): boolean {
  const base = posix.basename(file).replace(/\.(j2|tmpl|tpl|erb)$/, '')
  if (
    /^(ecosystem|pm2|process|processes)([.-][\w.-]+)?\.(json|jsonc|json5|ya?ml)$/.test(base) &&
    !/schema|lock/.test(base)
  )
    return true
  if (/^(ecosystem|pm2)([.-][\w-]+)*(\.config)?\.([cm]?js|ts)$/.test(base)) return true
  return base === '.pm2rc' || /^[\w-]+\.(pm2|ecosystem)\.(json|config\.[cm]?js|ya?ml)$/.test(base)
}

/** PM2's files: ecosystem.config.js, process.json, pm2.yml and the like. */
export async function readPm2Files(reading: Reading): Promise<Piece> {
  const pieces = {
    commands: [] as CommandFact[],
    variables: [] as VariableFact[],
    grace: [] as GraceFact[],
    settings: [] as SettingsFact[],
  }
  for (const file of reading.files.filter(isPm2File)) {
    for (const app of await pm2Apps(reading, file)) {
      if (app.command) pieces.commands.push(app.command)
      pieces.variables.push(...variablesOf(reading, file, app))
      pieces.grace.push(graceOf(reading, file, app))
      pieces.settings.push(pm2Settings(reading, file, app))
    }
  }
  return pieces
}

/** The apps of a PM2 file that are this app's. */
export async function pm2Apps(reading: Reading, file: string): Promise<readonly Pm2App[]> {
  const tree = await treeOf(reading, file)
  if (!tree) return []
  const listed = valueAt(tree, 'apps') ?? valueAt(tree, 'app') ?? (tree.kind === 'list' ? tree : undefined)
  const alone = entryAt(tree, 'script') || entryAt(tree, 'exec') ? [tree] : []
  const apps = listed ? itemsOf(listed) : alone
  return apps.flatMap((app) => {
    const known = app.kind === 'map' && textAt(app, 'script', ...[]) !== undefined ? app : undefined
    const map = known ?? (app.kind === 'map' && entryAt(app, 'script') ? app : undefined)
    const read = map && pm2App(reading, file, map)
    return read ? [read] : []
  })
}

async function treeOf(reading: Reading, file: string): Promise<Tree | undefined> {
  const text = reading.text(file)
  if (text === undefined) return undefined
  if (/\.[cm]?js$|\.ts$/.test(file)) return reading.parsed(file, await readScriptValue(text, file.endsWith('.ts')))
  if (/\.ya?ml(\.\w+)?$/.test(file)) return (await reading.yaml(file))[0]
  const json = await readJson(blankTemplates(text))
  // A name like process.json may hold anything: it is no PM2 file when it does not read as one.
  return 'value' in json ? json.value : reading.parsed(file, json)
}

function pm2App(reading: Reading, file: string, tree: MapTree): Pm2App | undefined {
  const cwd = textAt(tree, 'cwd')
  const inside = cwd && !posix.isAbsolute(cwd) && !cwd.includes('_') ? cwd : '.'
  const dir = posix.normalize(posix.join(posix.dirname(file), inside)).replace(/\/$/, '') || '.'
  const written = textAt(tree, 'script')
  const script = written === undefined ? undefined : reading.resolve(dir, written)
  if (reading.tie(dir) === 'other' || (script && reading.tie(posix.dirname(script)) === 'other')) return undefined
  const name = textAt(tree, 'name') ?? (written ? posix.basename(written) : 'app')
  const process = processOf(reading, file, tree, script)
  return { name, script, dir, tree, process, command: commandOf(reading, file, tree, { name, dir }) }
}

/** How many processes PM2 starts: `instances` above 1 means cluster mode where no mode is given; fork mode with one instance is one. */
function processOf(reading: Reading, file: string, tree: MapTree, script: string | undefined): ProcessFact {
  const instances = entryAt(tree, 'instances')
  const mode = textAt(tree, 'exec_mode') ?? textAt(tree, 'execMode')
  const at = instances ?? entryAt(tree, 'exec_mode') ?? entryAt(tree, 'script') ?? tree
  const { count, variable } = instanceCount(instances?.value, mode)
  const place = reading.place(file, at)
  const said = instances ? `PM2 instances: ${saidOf(instances.value)}` : 'PM2 starts one process (no instances)'
  return { kind: 'pm2', count, variable, place, when: whenOfApp(file, tree), script, said }
}

function saidOf(value: Tree): string {
  return value.kind === 'computed' ? value.text.replace(/\s+/g, ' ').slice(0, 60) : (textOf(value) ?? '')
}

/** PM2's reading of `instances`: a number, 0 or `max` for all cores, negative for all but so many. */
export function instanceCount(
  value: Tree | undefined,
  mode: string | undefined,
): Pick<ProcessFact, 'count' | 'variable'> {
  if (value === undefined) return { count: 1, variable: undefined }
  if (value.kind === 'computed') {
    if (value.cpus && value.variable === undefined) return { count: 'cpus', variable: undefined }
    return { count: value.fallback ? instanceCount(value.fallback, mode).count : null, variable: value.variable }
  }
  return { count: instancesOf(textOf(value)), variable: undefined }
}

/** The same for a word: `-i max`. */
export function instancesOf(text: string | undefined): number | 'cpus' | null {
  if (text === undefined || text === '') return 1
  if (/^(max|0|-\d+)$/i.test(text.trim())) return 'cpus'
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : null
}

function whenOfApp(file: string, tree: MapTree): When {
  const byFile = whenOfFile(posix.basename(file))
  if (byFile !== 'any') return byFile
  const name = whenOfName((textAt(tree, 'name') ?? '').replaceAll(' ', '-'))
  const others = entriesOf(tree).some((entry) => /^env_prod/.test(entry.key))
  if (others || name === 'production') return 'production'
  const said = whenOfValue(textAt(tree, 'env', 'NODE_ENV'))
  return said === 'test' ? 'test' : 'any'
}

function commandOf(
  reading: Reading,
  file: string,
  tree: MapTree,
  app: { name: string; dir: string },
): CommandFact | undefined {
  const entry = entryAt(tree, 'script')
  const script = textOf(entry?.value)
  if (!entry || script === undefined) return undefined
  const given = itemsOf(valueAt(tree, 'args')).map((item) => textOf(item) ?? '')
  const interpreter = textAt(tree, 'interpreter') ?? textAt(tree, 'exec_interpreter')
  const isFile = /[./]/.test(script) && !/\s/.test(script)
  const runner = interpreter && interpreter !== 'none' ? `${interpreter} ` : isFile ? 'node ' : ''
  const text = [`${runner}${script}`, ...given].join(' ')
  const span = { start: entry.value.start, end: entry.value.end }
  const [command] = commandFacts(reading, {
    source: 'pm2',
    name: app.name,
    file,
    text,
    span,
    dir: app.dir,
    when: whenOfApp(file, tree),
  })
  const watch = valueAt(tree, 'watch')
  const watches = watch !== undefined && truthOf(watch) !== false && !(watch.kind === 'scalar' && watch.value === null)
  return command && { ...command, watches: command.watches || watches }
}

function variablesOf(reading: Reading, file: string, app: Pm2App): readonly VariableFact[] {
  const environments = entriesOf(app.tree).filter((entry) => /^env(_\w+)?$/.test(entry.key))
  return environments.flatMap((environment) =>
    entriesOf(environment.value).map(({ key, value }) =>
      reading.variable(file, {
        name: key,
        value: textOf(value.kind === 'computed' ? value.fallback : value),
        fallback: value.kind === 'computed' && value.fallback !== undefined,
        source: 'pm2',
        service: app.name,
        place: value,
        when: whenOfName(environment.key.replace('_', '.')) ?? whenOfFile(posix.basename(file)),
      }),
    ),
  )
}

/** PM2 kills 1.6 s after SIGINT where nothing else is written. */
function graceOf(reading: Reading, file: string, app: Pm2App): GraceFact {
  const entry = entryAt(app.tree, 'kill_timeout')
  const written = numberOf(entry?.value)
  const place = reading.place(file, entry ?? app.tree)
  const seconds = (written ?? 1600) / 1000
  return {
    platform: 'pm2',
    seconds,
    byDefault: written === undefined,
    fixed: false,
    preStop: undefined,
    script: app.script,
    place,
    insert: insertionOf(reading, file, app),
  }
}

function insertionOf(reading: Reading, file: string, app: Pm2App): GraceFact['insert'] {
  const script = entryAt(app.tree, 'script')
  const text = reading.text(file)
  if (entryAt(app.tree, 'kill_timeout') || !script || text === undefined || /\.(j2|ya?ml|tmpl|tpl|erb)$/.test(file))
    return undefined
  const lineStart = text.lastIndexOf('\n', script.start) + 1
  const indent = text.slice(lineStart, script.start)
  if (indent.trim() !== '') return undefined
  const quote = text[script.start] === '"' ? '"' : ''
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const at = reading.place(file, { start: lineStart, end: lineStart })
  // What serve needs to end, or the handler of an app that PM2 runs itself.
  const wait = app.command?.runner === 'koa-shared-session' ? 36000 : 12000
  return { at, text: `${indent}${quote}kill_timeout${quote}: ${wait},${end}` }
}

/** What PM2 files say by themselves, whether or not a command names them. */
export async function pm2Processes(reading: Reading): Promise<readonly ProcessFact[]> {
  const apps: Pm2App[] = []
  for (const file of reading.files.filter(isPm2File)) apps.push(...(await pm2Apps(reading, file)))
  return apps.map((app) => app.process)
}
