import type { SinkFact } from '../../facts/secret.js'
import type { Module } from '../../source/modules.js'
import { type Node, statementAround } from '../../source/syntax.js'

/** The place that takes keys, as the rules need it. */
export function sinkFact(name: string, module: Module, node: Node): SinkFact {
  const statement = statementAround(node)
  const indent = /[ \t]*$/.exec(module.text.slice(0, statement.start))?.[0] ?? ''
  return {
    name,
    place: module.at(node),
    statement: module.at(statement),
    indent,
    semicolon: /;\s*$/m.test(module.text),
  }
}
