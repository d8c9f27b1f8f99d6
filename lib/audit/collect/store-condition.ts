import type { Evaluator } from '../source/evaluate.js'
import { child, type Node } from '../source/syntax.js'
import { type Origin, optionsOf, type Value } from '../source/value.js'

/** The environment variable that chooses this alternative: `process.env.X ? a : b`, `if (process.env.X)`, `process.env.X && a`. */
export function decidingVariable(evaluator: Evaluator, { module, node }: Origin): string | undefined {
  for (let next: Node | undefined = node; next?.parent !== undefined; next = next.parent) {
    const above: Node = next.parent
    const test = child(above, above.type === 'LogicalExpression' ? 'left' : 'test')
    if (test === undefined || next === test || !/^(If|Conditional|Logical)/.test(above.type)) continue
    const name = variableIn(evaluator.ask(test, module))
    if (name !== undefined) return name
  }
  return undefined
}

function variableIn(value: Value): string | undefined {
  const [only, ...others] = optionsOf(value)
  if (only === undefined || others.length > 0) return undefined
  if (only.value.kind === 'env') return only.value.name === 'NODE_ENV' ? undefined : only.value.name
  return only.value.kind === 'derived' && only.value.from.length === 1 && only.value.from[0] !== undefined
    ? variableIn(only.value.from[0])
    : undefined
}
