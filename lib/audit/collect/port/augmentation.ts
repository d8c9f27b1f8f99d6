import type { Edit } from '../../edit.js'
import type { Module } from '../../source/modules.js'
import { child, children, findAll, type Node } from '../../source/syntax.js'
import { type CodeScope, modulesWith } from '../code-scope.js'
import type { Call } from './given-options.js'

const isTypeScript = ({ file }: Module) => /\.[cm]?tsx?$/.test(file)

/**
 * TypeScript knows the fields of a session from an augmentation. That of the other library becomes ours; where there is
 * none, any field is allowed, as the other library does.
 */
export function typeEdits(
  scope: CodeScope,
  { module, name }: Call,
): { readonly edits: readonly Edit[]; readonly declared: string } {
  if (!isTypeScript(module)) return { edits: [], declared: '' }
  const augmented = modulesWith(scope, /declare\s+module/).flatMap((each) =>
    findAll(each.program, 'TSModuleDeclaration').flatMap((node) => renamed(each, node, name) ?? []),
  )
  if (augmented.length > 0) return { edits: augmented, declared: '' }
  const isOurs = modulesWith(scope, /declare\s+module\s+['"]koa-shared-session/).length > 0
  return { edits: [], declared: isOurs ? '' : anyField }
}

const anyField = `
declare module 'koa-shared-session' {
  interface SessionData {
    [field: string]: any
  }
}
`

/** `declare module 'koa-session' { interface Session { … } }`, and nothing else. */
function renamed(module: Module, node: Node, library: string): Edit[] | undefined {
  const id = child(node, 'id')
  const body = children(child(node, 'body'), 'body')
  const [only] = body
  const isSession =
    body.length === 1 && only?.type === 'TSInterfaceDeclaration' && child(only, 'id')?.name === 'Session'
  if (id?.value !== library || only === undefined || !isSession || children(only, 'extends').length > 0)
    return undefined
  const { file } = module
  const interfaceName = child(only, 'id') as Node
  const quote = module.text[id.start] ?? "'"
  return [
    { file, start: id.start, end: id.end, text: `${quote}koa-shared-session${quote}` },
    { file, start: interfaceName.start, end: interfaceName.end, text: 'SessionData' },
  ]
}
