import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Modules } from './modules.js'
import { dotted } from './syntax.js'
import type { Value } from './value.js'

const assigned = /\bglobal(?:This)?\.(\w+)\s*=(?!=)/g

const byModules = new WeakMap<Modules, ReadonlyMap<string, string>>()

/** The files that write to names of the global object, by a look at their text. */
function writersOf(modules: Modules): ReadonlyMap<string, string> {
  const known = byModules.get(modules)
  if (known !== undefined) return known
  const found = new Map<string, string>()
  for (const file of modules.live ?? [])
    for (const [, name = ''] of (modules.project.text(file) ?? '').matchAll(assigned)) found.set(name, file)
  if (modules.live !== undefined) byModules.set(modules, found)
  return found
}

/** `config`, where some file of the server says `global.config = …`. */
export function valueOfGlobal(evaluator: Evaluator, name: string, follow: Follow): Value | undefined {
  const file = writersOf(evaluator.modules).get(name)
  const module = file === undefined ? undefined : evaluator.modules.get(file)
  const write = module?.scopes.memberWrites.findLast(({ target }) =>
    [`global.${name}`, `globalThis.${name}`].includes(dotted(target) ?? ''),
  )
  return module && write && evaluator.evaluate(write.value, module, follow)
}
