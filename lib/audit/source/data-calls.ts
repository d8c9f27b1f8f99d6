import { posix } from 'node:path'
import type { CallSite } from './call-site.js'
import { readData } from './data-module.js'
import { fullName, textOf, type Value } from './value.js'

/** Calls that make values of a text, and calls that read a file themselves. */
const parsing = /^(JSON\.parse|json5\.parse|(js-yaml|yaml|yamljs|yaml-js)\.(load|safeLoad|parse))$/
const loading =
  /^((yamljs|js-yaml)\.load|(fs-extra|jsonfile|read-yaml|node-yaml|load-json-file)\.(readJson|readJSON|readFile|read|sync|readSync|loadJsonFile)(Sync)?|read-yaml|load-json-file|config-yaml)$/
const reading = /^(node:)?(fs|fs\/promises|fs-extra|graceful-fs)(\.promises)?\.readFile(Sync)?$/

/** What a file of data holds that the call reads: `yaml.load(fs.readFileSync('config.yml'))`. Undefined where it is not here. */
export function dataCall(site: CallSite): Value | undefined {
  const { name, evaluator } = site
  if (name === undefined || !(parsing.test(name) || loading.test(name))) return undefined
  const given = site.argument(0)
  if (given === undefined) return undefined
  const file =
    (parsing.test(name) ? fileRead(site, given) : undefined) ?? (loading.test(name) ? fileAt(site, given) : undefined)
  return file === undefined ? undefined : readData(evaluator.modules, file)
}

/** The file whose text the value is. */
function fileRead(site: CallSite, text: Value): string | undefined {
  if (text.kind === 'derived') return text.from[0] && fileRead(site, text.from[0])
  if (text.kind !== 'call' || !reading.test(fullName(text.callee) ?? '')) return undefined
  const [path] = text.arguments
  return path && fileAt(site, site.evaluator.evaluate(path, text.origin.module, site.follow))
}

/** A path that starts nowhere starts in the app's directory. */
function fileAt({ evaluator: { modules } }: CallSite, path: Value): string | undefined {
  const text = path.kind === 'file' ? path.name : textOf(path)
  if (text === undefined || !/\.(json[5c]?|ya?ml)$/.test(text) || text.startsWith('/')) return undefined
  const file = path.kind === 'file' ? posix.normalize(text) : posix.join(modules.dir, text)
  return modules.has(file) ? file : undefined
}
