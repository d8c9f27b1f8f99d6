import { posix } from 'node:path'
import type { VariableFact } from '../../facts/deployment.js'
import type { SettingsFact } from '../../facts/settings.js'
import { entriesOf, entryAt, numberOf, type Span, type Tree, textAt, textOf, valueAt } from '../../files/tree.js'
import { unquoted } from './kubernetes-variables.js'
import { platformCount, platformProxy } from './platform-facts.js'
import type { Piece, Reading } from './reading.js'

/** Heroku's app.json. Expo and others use that name too: it counts where it holds what only Heroku knows. */
export async function readHeroku(reading: Reading, file: string): Promise<Piece> {
  const tree = await reading.json(file)
  const known = ['formation', 'buildpacks', 'addons', 'stack', 'dynos']
    .map((key) => entryAt(tree, key))
    .find((entry) => entry !== undefined)
  const environment = entriesOf(valueAt(tree, 'env'))
  if (!tree || (!known && !environment.some(({ value }) => entryAt(value, 'generator') || entryAt(value, 'required'))))
    return {}
  const quantity = entryAt(tree, 'formation', 'web', 'quantity')
  const count = numberOf(quantity?.value) ?? 1
  const at = known ?? entryAt(tree, 'env') ?? tree
  const counted = quantity && platformCount(reading, file, quantity, { min: count, max: count, ephemeralDisk: true })
  return {
    settings: [settingsOf(reading, file, tree, at)],
    variables: environment.flatMap(({ key, value }) => variableOf(reading, file, key, value)),
    processes: counted && count > 1 ? counted.processes : [],
    hosts: counted?.hosts ?? [
      { min: 1, max: 1, kind: 'paas', place: reading.place(file, at), said: 'a dyno of Heroku', ephemeralDisk: true },
    ],
    proxies: [platformProxy(reading, file, at, 'heroku', undefined)],
    grace: [
      {
        platform: 'heroku',
        seconds: 30,
        byDefault: true,
        fixed: true,
        preStop: undefined,
        place: reading.place(file, at),
        insert: undefined,
      },
    ],
  }
}

/** A variable more stands behind the others, on their line where they stand on one. */
function settingsOf(reading: Reading, file: string, tree: Tree, place: Span): SettingsFact {
  const last = entriesOf(valueAt(tree, 'env')).at(-1)
  const text = reading.text(file) ?? ''
  const [, indent] = last === undefined ? [] : (/\n([ \t]*)$/.exec(text.slice(0, last.start)) ?? [])
  return {
    source: 'heroku',
    name: textAt(tree, 'name') ?? 'the app',
    place: reading.place(file, place),
    when: 'any',
    files: [],
    secret: undefined,
    next: last && {
      at: reading.place(file, { start: last.end, end: last.end }),
      indent: indent === undefined ? ' ' : `\n${indent}`,
      form: 'map',
    },
    volumes: undefined,
  }
}

/** `generator: "secret"` makes one value for all dynos. */
function variableOf(reading: Reading, file: string, name: string, value: Tree): readonly VariableFact[] {
  const fromSecret = textAt(value, 'generator') === 'secret'
  const direct = value.kind === 'scalar' ? value : valueAt(value, 'value')
  const text = textOf(direct)
  if (!fromSecret && text === undefined) return []
  const place = direct && text !== undefined ? unquoted(reading.text(file) ?? '', direct) : value
  return [reading.variable(file, { name, value: fromSecret ? undefined : text, source: 'paas', place, fromSecret })]
}

/** A `web` line that takes its port from the platform, beside a sign of Heroku. */
export function herokuByProcfile(reading: Reading): Piece {
  const procfile = reading.files.find((file) => /^procfile$/i.test(posix.basename(file)))
  const signs =
    reading.files.some((file) => posix.basename(file) === 'heroku.yml') ||
    /heroku-(pre|post)build/.test(reading.text(packageOf(reading)) ?? '')
  const appJson = reading.files.some((file) => posix.basename(file) === 'app.json')
  if (!procfile || !signs || appJson) return {}
  const place = reading.start(procfile)
  return {
    hosts: [{ min: 1, max: 1, kind: 'paas', place, said: 'a dyno of Heroku', ephemeralDisk: true }],
    proxies: [platformProxy(reading, procfile, place, 'heroku', undefined)],
    grace: [
      { platform: 'heroku', seconds: 30, byDefault: true, fixed: true, preStop: undefined, place, insert: undefined },
    ],
  }
}

function packageOf(reading: Reading): string {
  return reading.scope.packageFile ?? posix.join(reading.scope.dir, 'package.json')
}
