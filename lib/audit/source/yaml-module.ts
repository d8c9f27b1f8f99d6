import type { Tree } from '../files/tree.js'
import { readYaml } from '../files/yaml.js'
import { Places } from '../place.js'
import type { Module, Modules } from './modules.js'
import { Scopes } from './scope.js'
import type { Node } from './syntax.js'
import type { Field, Value } from './value.js'

/** The first document of a YAML file. */
export function yamlValue(modules: Modules, file: string): Value | undefined {
  const text = modules.project.text(file)
  if (text === undefined) return undefined
  const read = readYaml(text)
  if ('problem' in read) {
    modules.broken.push(file)
    return undefined
  }
  const [tree] = read.value
  return tree && plain(tree, moduleOf(file, text))
}

/** A module without code, so that values have a place. */
function moduleOf(file: string, text: string): Module {
  const places = new Places(file, text)
  const program: Node = { type: 'Program', start: 0, end: text.length, body: [], byType: new Map() }
  return {
    file,
    text,
    program,
    comments: [],
    rescued: false,
    at: ({ start, end }) => places.at(start, end),
    slice: ({ start, end }) => text.slice(start, end),
    scopes: new Scopes(program),
    mentionsProcessEnv: false,
  }
}

function plain(tree: Tree, module: Module): Value {
  const { start, end } = tree
  const nodeOf = (type: string, more: object = {}): Node => ({ type, start, end, parent: module.program, ...more })
  switch (tree.kind) {
    case 'scalar':
      return { kind: 'literal', value: tree.value, origin: { module, node: nodeOf('Literal', { value: tree.value }) } }
    case 'list': {
      const items = tree.items.map((item) => plain(item, module))
      return { kind: 'array', items, open: false, origin: { module, node: nodeOf('ArrayExpression') } }
    }
    case 'map': {
      const fields = new Map(
        tree.entries.map((entry): [string, Field] => [
          entry.key,
          { value: plain(entry.value, module), node: { ...nodeOf('Property'), ...entry }, module, when: 'any' },
        ]),
      )
      return { kind: 'object', fields, open: false, origin: { module, node: nodeOf('ObjectExpression') } }
    }
    default:
      return { kind: 'unknown', why: 'not a plain value', origin: { module, node: nodeOf('Literal') } }
  }
}
