import type { SecretFact } from '../facts/secret.js'
import type { Module } from '../source/modules.js'
import { above, child, children, findAll, keyName, memberName, type Node } from '../source/syntax.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import { callsTo } from './module-index.js'
import { randomIn } from './secrets/made-of.js'

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

/** Keys that are read from a file which the app makes where it is missing: `if (!existsSync('key')) writeFileSync('key', …)`. */
export function keptKeys(scope: CodeScope, secrets: readonly SecretFact[]): SecretFact[] {
  return secrets
    .filter(({ kind, value }) => kind === 'config-file' && value === undefined)
    .flatMap((secret) => {
      const module = scope.modules.get(secret.place.file)
      const made = module && writtenKey(scope, module, module.slice(secret.place))
      return made ? [{ ...secret, kind: 'random' as const, once: 'file' as const, ...made }] : []
    })
}

/** Something random that is written to the file which is read. */
function writtenKey(scope: CodeScope, module: Module, reading: string): Pick<SecretFact, 'via' | 'place'> | undefined {
  for (const method of ['writeFileSync', 'writeFile', 'outputFileSync', 'outputFile'])
    for (const call of callsTo(module, method)) {
      const [path, ...others] = children(call, 'arguments')
      if (path === undefined || !reading.includes(module.slice(path))) continue
      const random = others
        .map((each) => randomIn(scope.evaluator.ask(each, module)))
        .find((each) => each !== undefined)
      if (random !== undefined) return { via: random.via, place: module.at(call) }
    }
  return undefined
}

/** `cluster.fork({ KEY })`: the primary makes it for all workers. */
function isHandedOn(property: Node): boolean {
  return memberName(child(above(property, 'CallExpression'), 'callee') ?? property) === 'fork'
}

/** `SECRET_KEY` and `secretKey` are one name. */
const folded = (name: string) => name.replace(/[_-]/g, '').toLowerCase()
