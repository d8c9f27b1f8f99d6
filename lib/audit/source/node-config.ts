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
  return { kind: 'either', how: 'assigned', options, origin }
}

function valuesIn(evaluator: Evaluator, name: string, key: string, origin: Origin, follow: Follow): Option[] {
  const folder = folderOf(evaluator)
  return ['json', 'json5', 'yaml', 'yml', 'js', 'cjs', 'mjs', 'ts'].flatMap((extension) => {
    const file = `${folder}/${name}.${extension}`
    if (!evaluator.modules.has(file)) return []
    const whole = /^(json|ya?ml)/.test(extension)
      ? readData(evaluator.modules, file)
      : exportOf(evaluator, file, 'default', follow)
    const value =
      whole && key.split('.').reduce<Value>((inside, part) => evaluator.memberOf(inside, part, follow, origin), whole)
    if (value === undefined || value.kind === 'undefined' || (value.kind === 'unknown' && !isElsewhere(value)))
      return []
    if (name === 'custom-environment-variables' && value.kind === 'literal')
      return [{ value: { kind: 'env', name: String(value.value), origin: value.origin }, when: 'any' as const }]
    return [{ value, when: whenOfName(name) }]
  })
}

/** Beside package.json, or in the folder of the server where NODE_CONFIG_DIR, or NODE_PATH, leads there. */
function folderOf({ modules }: Evaluator): string {
  const folders = ['config', 'server/config', 'src/config', 'app/config'].map((name) => posix.join(modules.dir, name))
  const isRead = (folder: string) => modules.project.files.some((file) => file.startsWith(`${folder}/default.`))
  return folders.find(isRead) ?? posix.join(modules.dir, 'config')
}

/** A setting that comes from a file which is not committed: that is an answer, too. */
export const isElsewhere = (value: Value & { kind: 'unknown' }) => /not in the repository/.test(value.why)
