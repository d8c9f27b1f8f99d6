import type { SecretFact } from '../../facts/secret.js'
import type { Module } from '../../source/modules.js'
import { above, child, dotted, functionAround, type Node } from '../../source/syntax.js'
import type { Value } from '../../source/value.js'
import { nameOfFunction } from '../local-state/handlers.js'
import { callsTo } from '../module-index.js'

/** Made where only the primary runs, or kept in a file for the next start. */
export function onceOf({ origin }: Value & { kind: 'random' }): SecretFact['once'] {
  const { module, node } = origin
  for (let test = above(node, 'IfStatement'); test !== undefined; test = above(test, 'IfStatement')) {
    const condition = child(test, 'test')
    if (condition && /isPrimary|isMaster/.test(module.slice(condition))) return 'primary'
  }
  return isKept(node, module) || callsOfMaker(node, module).some((call) => isKept(call, module)) ? 'file' : undefined
}

const writes = /writeFile|outputFile|appendFile|outputJson|writeJson/
const asks = /readFile|readJson|existsSync|access(Sync)?\(|stat(Sync)?\(|require\(/

/** Written to a file by the code around it, which looks for that file, too. */
function isKept(node: Node, module: Module): boolean {
  const around = functionAround(node)
  if (around !== undefined) return writes.test(module.slice(around)) && asks.test(module.slice(around))
  const writing = above(node, 'CallExpression')
  if (writing !== undefined && writes.test(module.slice(child(writing, 'callee') ?? writing))) return true
  const made = above(node, 'VariableDeclarator', 'AssignmentExpression')
  const name = dotted(child(made, 'id') ?? child(made, 'left'))
  if (name === undefined || !/readFile|readJson|existsSync/.test(module.text)) return false
  return new RegExp(`(${writes.source})\\w*\\s*\\([^;\\n]*\\b${name}\\b`).test(module.text)
}

/** Where the helper that makes it is called: `random(64)`. */
function callsOfMaker(node: Node, module: Module): readonly Node[] {
  const around = functionAround(node)
  const name = around && nameOfFunction(around)
  return name === undefined ? [] : callsTo(module, name)
}
