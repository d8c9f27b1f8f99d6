import type { SecretFact } from '../facts/secret.js'
import { above, child, findAll, keyName, memberName, type Node } from '../source/syntax.js'
import { type CodeScope, modulesWith } from './code-scope.js'

/** Keys that the app makes for a variable and keeps, as a generator that writes `SECRET_KEY` into a new .env. */
export function generatedKeys(scope: CodeScope, secrets: readonly SecretFact[]): SecretFact[] {
  const wanted = new Map(
    secrets.filter(({ kind }) => kind === 'env').map((secret) => [folded(secret.variable ?? ''), secret]),
  )
  if (wanted.size === 0) return []
  return modulesWith(scope, /randomBytes|randomUUID|nanoid|uuid/).flatMap((module) =>
    findAll(module.program, 'Property').flatMap((property) => {
      const secret = wanted.get(folded(keyName(property) ?? ''))
      const given = child(property, 'value')
      const value = secret && given && scope.evaluator.ask(given, module)
      if (secret === undefined || value?.kind !== 'random' || isHandedOn(property)) return []
      return [{ ...secret, kind: 'random' as const, via: value.via, once: 'file' as const, place: module.at(property) }]
    }),
  )
}

/** `cluster.fork({ KEY })`: the primary makes it for all workers. */
function isHandedOn(property: Node): boolean {
  return memberName(child(above(property, 'CallExpression'), 'callee') ?? property) === 'fork'
}

/** `SECRET_KEY` and `secretKey` are one name. */
const folded = (name: string) => name.replace(/[_-]/g, '').toLowerCase()
