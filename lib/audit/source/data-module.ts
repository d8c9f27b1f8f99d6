import { jsonValue } from './json-module.js'
import type { Modules } from './modules.js'
import type { Value } from './value.js'
import { yamlValue } from './yaml-module.js'

const known = new WeakMap<Modules, Map<string, Value | undefined>>()

/** What a file of data holds, with its places: JSON and its like, YAML. Undefined: it is not here, or cannot be read. */
export function readData(modules: Modules, file: string): Value | undefined {
  const values = known.get(modules) ?? new Map<string, Value | undefined>()
  known.set(modules, values)
  if (!values.has(file)) values.set(file, /\.ya?ml$/.test(file) ? yamlValue(modules, file) : jsonValue(modules, file))
  return values.get(file)
}
