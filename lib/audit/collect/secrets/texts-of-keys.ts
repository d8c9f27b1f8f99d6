import type { Module } from '../../source/modules.js'
import { child, findAll, type Node } from '../../source/syntax.js'
import type { Value } from '../../source/value.js'
import type { CodeScope } from '../code-scope.js'
import type { Sink } from '../secret-sinks.js'
import { textIn } from './text-in.js'

/** How far values are followed from one key. */
const deepest = 16

/** Every text that takes part in making a key: pieces of templates and sums, arguments, items. Nobody may see them. */
export function textsOfKeys(scope: CodeScope, sinks: readonly Sink[]): readonly string[] {
  const texts = new KeyTexts(scope)
  for (const { module, node, value } of sinks) {
    texts.add(value, 0)
    texts.addWritten(module, node, 0)
  }
  return [...texts.found].filter((text) => !texts.variables.has(text))
}

class KeyTexts {
  readonly found = new Set<string>()
  /** Names of variables that are read on the way: no secrets. */
  readonly variables = new Set<string>()
  readonly #seen = new Set<Value | Node>()

  constructor(readonly scope: CodeScope) {}

  add(value: Value, depth: number): void {
    if (depth > deepest || this.#seen.has(value)) return
    this.#seen.add(value)
    if (value.kind === 'env') this.variables.add(value.name)
    if (value.kind === 'literal' && typeof value.value === 'string') this.found.add(value.value)
    for (const part of partsOf(value)) this.add(part, depth + 1)
    if (saysItself.test(value.kind)) this.addWritten(value.origin.module, value.origin.node, depth + 1)
  }

  /** What the expression itself says, and what the names in it stand for. */
  addWritten(module: Module, node: Node, depth: number): void {
    if (depth > deepest || this.#seen.has(node) || node === module.program) return
    this.#seen.add(node)
    for (const each of findAll(node, 'Literal', 'TemplateElement', 'TemplateLiteral'))
      for (const text of textIn(each, module)) this.found.add(text)
    for (const name of findAll(node, 'Identifier')) this.#follow(module, name, depth)
  }

  #follow(module: Module, name: Node, depth: number): void {
    const { parent } = name
    if (parent?.type === 'MemberExpression' && child(parent, 'object') !== name && parent.computed !== true) return
    const binding = module.scopes.lookup(name)
    if (binding?.kind !== 'variable' || this.#seen.has(binding.declaration)) return
    this.#seen.add(binding.declaration)
    this.add(this.scope.evaluator.ask(name, module), depth + 1)
  }
}

/** Values whose own words may be a part of the key. */
const saysItself = /^(literal|derived|call|new|unknown)$/

/** What a value is compared with is no part of a key. */
const isComparison = /^([!=]==?|[<>]=?|in|instanceof)$/

function partsOf(value: Value): readonly Value[] {
  if (value.kind === 'derived') return isComparison.test(value.via) ? [] : value.from
  if (value.kind === 'either') return value.options.map((option) => option.value)
  if (value.kind === 'array') return value.items
  return value.kind === 'object' ? [...value.fields.values()].map((field) => field.value) : []
}
