import type { SinkFact } from '../../facts/secret.js'
import { leftoversOf } from '../../source/leftovers.js'
import type { Module, Modules } from '../../source/modules.js'
import { type Node, statementAround } from '../../source/syntax.js'

/** The place that takes keys, as the rules need it. With `modules` it says what only this value uses. */
export function sinkFact(name: string, module: Module, node: Node, modules?: Modules): SinkFact {
  const inner = statementAround(node)
  const statement = /^Export/.test(inner.parent?.type ?? '') ? (inner.parent as Node) : inner
  const indent = /[ \t]*$/.exec(module.text.slice(0, statement.start))?.[0] ?? ''
  return {
    name,
    place: module.at(node),
    property: node.parent?.shorthand === true ? String(node.name) : undefined,
    statement: module.at(statement),
    indent,
    semicolon: /;\s*$/m.test(module.text),
    leftovers: modules === undefined ? [] : leftoversOf(modules, { module, gone: [node], kept: [] }).edits,
  }
}
