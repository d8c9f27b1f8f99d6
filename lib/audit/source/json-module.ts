import type { Place } from '../place.js'
import type { Module, Modules } from './modules.js'
import { Scopes } from './scope.js'
import { child, type Node } from './syntax.js'
import type { Field, Value } from './value.js'

/** JSON, JSON5 and JSON with comments, read by the JavaScript parser, so that every value keeps its place. */
export function jsonValue(modules: Modules, file: string): Value | undefined {
  const text = modules.project.text(file)
  if (text === undefined) return undefined
  const marked = text.startsWith('\uFEFF')
  const tree = modules.parse(file.replace(/\.json[5c]?$/, '.js'), `(${text.replace(/^\uFEFF/, '')})`)
  if (tree === undefined || tree.rescued) modules.broken.push(file)
  if (tree === undefined) return undefined
  const module: Module = {
    ...tree,
    file,
    text,
    at: (node) => ({ ...(marked ? tree.at(node) : shifted(tree.at(node))), file }),
    scopes: new Scopes(tree.program),
    mentionsProcessEnv: false,
  }
  const statement = (tree.program.body as readonly Node[])[0]
  const expression = child(statement, 'expression')
  return expression && plain(expression, module)
}

/** The parser saw a bracket before the first character, or in the place of a byte order mark. */
function shifted(place: Place): Place {
  const { start, end, line, column } = place
  return { ...place, start: start - 1, end: end - 1, column: line === 1 ? column - 1 : column }
}

function plain(node: Node, module: Module): Value {
  const origin = { module, node }
  if (node.type === 'Literal') return { kind: 'literal', value: node.value as string | number | boolean | null, origin }
  if (node.type === 'ArrayExpression')
    return {
      kind: 'array',
      items: (node.elements as readonly Node[]).map((each) => plain(each, module)),
      open: false,
      origin,
    }
  if (node.type !== 'ObjectExpression') return { kind: 'unknown', why: 'not JSON', origin }
  const fields = new Map<string, Field>()
  for (const property of node.properties as readonly Node[]) {
    const [key, value] = [child(property, 'key'), child(property, 'value')]
    if (key && value)
      fields.set(String(key.value ?? key.name), { value: plain(value, module), node: property, module, when: 'any' })
  }
  return { kind: 'object', fields, open: false, origin }
}
