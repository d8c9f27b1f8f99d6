import { posix } from 'node:path'
import { readData } from './data-module.js'
import { whenOfName } from './environment.js'
import type { Evaluator } from './evaluate.js'
import { exportOf } from './exports.js'
import type { Follow } from './follow.js'
import type { Option, Origin, Value } from './value.js'

/** In the order in which the package `config` reads them; later files win. */
const order = [
  'default',
  'development',
  'test',
  'staging',
  'production',
  'local',
  'local-development',
  'local-production',
  'custom-environment-variables',
]

/** What `config.get(key)` answers, from config/*.json, *.json5, *.yaml, *.js and *.ts. */
export function nodeConfig(evaluator: Evaluator, key: string, origin: Origin, follow: Follow): Value {
  const options = order.flatMap((name) => valuesIn(evaluator, name, key, origin, follow))
  const [first] = options
  if (first === undefined) return { kind: 'unknown', why: `no file of config/ holds ${key}`, origin }
  if (options.length === 1 && first.when === 'any') return first.value
  const [variable, ...others] = options.toReversed()
  if (variable !== undefined && isVariable(variable.value) && others.length === 1)
    return { kind: 'either', how: '??', options: [variable, ...others], origin }
  return { kind: 'either', how: 'assigned', options, origin }
}

const isVariable = ({ kind }: Value) => kind === 'env' || kind === 'derived'

function valuesIn(evaluator: Evaluator, name: string, key: string, origin: Origin, follow: Follow): Option[] {
  const folder = folderOf(evaluator)
  return ['json', 'json5', 'yaml', 'yml', 'js', 'cjs', 'mjs', 'ts'].flatMap((extension) => {
    const file = `${folder}/${name}.${extension}`
    if (!evaluator.modules.has(file)) return []
    const whole = /^(json|ya?ml)/.test(extension)
      ? readData(evaluator.modules, file)
      : exportOf(evaluator, file, 'default', follow)
    const names = name === 'custom-environment-variables'
    const settings = whole && names ? variablesIn(whole) : whole
    const value =
      settings &&
      key.split('.').reduce<Value>((inside, part) => evaluator.memberOf(inside, part, follow, origin), settings)
    if (value === undefined || value.kind === 'undefined' || (value.kind === 'unknown' && !isElsewhere(value)))
      return []
    return [{ value, when: whenOfName(name) }]
  })
}

/** What the names of variables stand for: `"KEY"`, or `{ "__name": "KEYS", "__format": "json" }`. */
function variablesIn(value: Value): Value {
  if (value.kind === 'literal') return { kind: 'env', name: String(value.value), origin: value.origin }
  if (value.kind !== 'object') return value
  const named = value.fields.get('__name')?.value
  if (named !== undefined) {
    const variable = variablesIn(named)
    const isParsed = value.fields.has('__format')
    return isParsed ? { kind: 'derived', from: [variable], via: 'JSON.parse', origin: variable.origin } : variable
  }
  const fields = [...value.fields].map(([key, field]) => [key, { ...field, value: variablesIn(field.value) }] as const)
  return { ...value, fields: new Map(fields) }
}

/** Beside package.json, or in the folder of the server where NODE_CONFIG_DIR, or NODE_PATH, leads there. */
function folderOf({ modules }: Evaluator): string {
  const folders = ['config', 'server/config', 'src/config', 'app/config'].map((name) => posix.join(modules.dir, name))
  const isRead = (folder: string) => modules.project.files.some((file) => file.startsWith(`${folder}/default.`))
  return folders.find(isRead) ?? posix.join(modules.dir, 'config')
}

/** A setting that comes from a file which is not committed: that is an answer, too. */
export const isElsewhere = (value: Value & { kind: 'unknown' }) => /not in the repository/.test(value.why)
