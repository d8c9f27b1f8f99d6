import { posix } from 'node:path'
import type { SessionFact } from '../facts/session.js'
import { isSourceFile } from '../project/source-file.js'
import { type CodeScope, isOfServer } from './code-scope.js'

const store = /\bget\b[\s\S]*\bset\b[\s\S]*\bdestroy\b/

/** Files that hold a session store and that nothing loads, in an app whose sessions need none of its own any more. */
export function idleStores(scope: CodeScope, sessions: readonly SessionFact[]): string[] {
  if (!sessions.some(({ library }) => library === 'koa-shared-session')) return []
  const { project } = scope.modules
  const texts = project.files.filter(isSourceFile).map((file) => ({ file, text: project.text(file) ?? '' }))
  const isNamed = (own: string) => {
    const name = posix
      .basename(own)
      .replace(/\.\w+$/, '')
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const load = new RegExp(`['"\`][^'"\`\\n]*\\b${name}(\\.\\w+)?['"\`]`)
    return texts.some(({ file, text }) => file !== own && load.test(text))
  }
  return scope.sources.filter(
    (file) =>
      !isOfServer(scope, file) && /session/i.test(file) && store.test(project.text(file) ?? '') && !isNamed(file),
  )
}
