import type { SessionFact } from '../facts/session.js'
import type { Module } from '../source/modules.js'
import { child, children, findAll, keyName, type Node } from '../source/syntax.js'
import { mayMountAbsent } from './absent-modules.js'
import { type CodeScope, isOfServer, modulesWith } from './code-scope.js'
import { isSessionLibrary, namesSessionLibrary } from './libraries.js'

/**
 * Files of the server that may mount a session and could not be read, or are not here. Where nothing else mounts one, a file of
 * which nothing is known may be the one that does.
 */
export function collectUnread(scope: CodeScope, sessions: readonly SessionFact[]): string[] {
  const unparsed = scope.modules.broken.filter((file) => isOfServer(scope, file) && mounts(scope, file))
  if (sessions.length > 0) return unparsed
  const closed = scope.server.filter((file) => scope.modules.project.text(file) === undefined)
  return [...new Set([...unparsed, ...closed, ...absent(scope), ...mounters(scope)])].sort()
}

/**
 * Packages that are handed the options of a session among their own, `onePerPage(app, { session: { secret, redis } })`, or are called and
 * have the word in their name.
 */
function mounters(scope: CodeScope): string[] {
  return modulesWith(scope, /sess/i).flatMap((module) =>
    findAll(module.program, 'CallExpression', 'NewExpression').flatMap((call) => {
      const callee = child(call, 'callee')
      const made = callee && mayMount(module, call, callee) ? scope.evaluator.ask(callee, module) : undefined
      const name = made?.kind === 'import' && scope.packages.has(made.package) ? made.package : undefined
      return name !== undefined && (namesSession.test(name) || children(call, 'arguments').some(hasSession))
        ? [name]
        : []
    }),
  )
}

/** What only stores sessions is handed to what mounts them. */
const namesSession = /^(?!.*stor(e|age)).*(?<![a-z])sess(ions?)?(?![a-z])/

/** What a look at the call tells: following what is called costs more. */
const mayMount = (module: Module, call: Node, callee: Node): boolean =>
  children(call, 'arguments').some(hasSession) || /sess/i.test(module.slice(callee))

const hasSession = (options: Node): boolean =>
  named(options, /^session$/).some((inner) => named(inner, /^(secret|keys?|store|redis)$/).length > 0)

/** The values of the properties by these names. */
const named = (object: Node, name: RegExp): Node[] =>
  children(object, 'properties')
    .filter((property) => name.test(keyName(property) ?? ''))
    .flatMap((property) => child(property, 'value') ?? [])

const mounts = ({ modules }: CodeScope, file: string) => namesSessionLibrary.test(modules.project.text(file) ?? '')

/** What the server loads and the directory does not hold: all that may mount something, where the app depends on a session library. */
function absent({ server, modules, packages }: CodeScope): string[] {
  const all = [...packages.keys()].some(isSessionLibrary)
  return server.flatMap((file) =>
    modules
      .missingFrom(file)
      .filter((path) => !built.test(path) && !declared.test(path))
      .filter((path) => /sess/i.test(path) || (all && isUsed(modules.get(file), path))),
  )
}

const isUsed = (module: Module | undefined, path: string) => module === undefined || mayMountAbsent(module, path)

/** Types of TypeScript, which nothing loads when it runs. */
const declared = /(^|\/)(types?|typings|interfaces?)(\/|$)/

/** What a build writes is made of source that was read. */
const built = /(^|\/)(dist|build|out|www|public|static|assets|client|generated|\.\w+)\//
