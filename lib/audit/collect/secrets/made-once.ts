import type { SecretFact } from '../../facts/secret.js'
import { above, child, dotted, functionAround } from '../../source/syntax.js'
import type { Value } from '../../source/value.js'

/** Made where only the primary runs, or kept in a file for the next start. */
export function onceOf({ origin }: Value & { kind: 'random' }): SecretFact['once'] {
  const { module, node } = origin
  for (let test = above(node, 'IfStatement'); test !== undefined; test = above(test, 'IfStatement')) {
    const condition = child(test, 'test')
    if (condition && /isPrimary|isMaster/.test(module.slice(condition))) return 'primary'
  }
  const around = functionAround(node)
  if (around !== undefined) return writes.test(module.slice(around)) ? 'file' : undefined
  const name = dotted(child(above(node, 'VariableDeclarator'), 'id'))
  const written = name !== undefined && new RegExp(`${writes.source}\\w*\\s*\\([^;]*\\b${name}\\b`).test(module.text)
  return written ? 'file' : undefined
}

const writes = /writeFile|outputFile|appendFile|outputJson|writeJson/
