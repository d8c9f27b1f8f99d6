import type { SessionFact } from '../facts/session.js'
import { type CodeScope, isOfServer } from './code-scope.js'
import { isSessionLibrary, namesSessionLibrary } from './libraries.js'

/**
 * Files of the server that may mount a session and could not be read, or are not here. Where nothing else mounts one, a file of
 * which nothing is known may be the one that does.
 */
export function collectUnread(scope: CodeScope, sessions: readonly SessionFact[]): string[] {
  const unparsed = scope.modules.broken.filter((file) => isOfServer(scope, file) && mounts(scope, file))
  if (sessions.length > 0) return unparsed
  const closed = scope.server.filter((file) => scope.modules.project.text(file) === undefined)
  return [...new Set([...unparsed, ...closed, ...absent(scope)])].sort()
}

const mounts = ({ modules }: CodeScope, file: string) => namesSessionLibrary.test(modules.project.text(file) ?? '')

/** What the server loads and the directory does not hold: all of it, where the app depends on a session library. */
function absent({ server, modules, packages }: CodeScope): string[] {
  const all = [...packages.keys()].some(isSessionLibrary)
  const missing = server.flatMap((file) => modules.missingFrom(file)).filter((path) => !built.test(path))
  return missing.filter((path) => all || /sess/i.test(path))
}

/** What a build writes is made of source that was read. */
const built = /(^|\/)(dist|build|out|www|public|static|assets|client|generated|\.\w+)\//
