import type { Evaluator } from '../../source/evaluate.js'
import { child, children, dotted, isInside, mentionsOf, type Node } from '../../source/syntax.js'
import type { Field } from '../../source/value.js'
import { fieldOf, type Value } from '../../source/value.js'
import type { SessionCall } from '../sessions.js'

export type Call = Omit<SessionCall, 'fact'>

/** An option of the other library as it is given: its words in the source, and its value where that is decided. */
export interface Given {
  /** The expression, to be repeated. */
  readonly text: string
  /** What the text repeats; undefined where it is read through the name of the options. */
  readonly node: Node | undefined
  readonly value: Value
}

/** Why the options cannot be repeated by a machine, as the end of "because …". */
export class NotPortable extends Error {}

/** The options of a session call, each by its words. */
export class GivenOptions {
  /** Parts of the source that were repeated. */
  readonly kept: Node[] = []
  /** Names that were written besides. */
  readonly names = new Set<string>()
  readonly #call: Call
  readonly #literal: Node | undefined
  readonly #through: string | undefined

  constructor(
    call: Call,
    readonly evaluator: Evaluator,
  ) {
    this.#call = call
    const { module, node, options } = call
    const argument = children(node, 'arguments').find((each) => !isApp(each) && each.type !== 'ThisExpression')
    this.#literal = argument && literalOf(call, argument)
    this.#through = this.#literal || options === undefined ? undefined : argument && dotted(argument)
    if (options !== undefined && this.#literal === undefined && this.#through === undefined && argument !== undefined)
      throw new NotPortable('its arguments are more than an object or a name')
    if (options?.kind === 'either') throw new NotPortable('its options depend on a condition')
    if (module === undefined) throw new NotPortable('its file cannot be read')
  }

  /** The names of all options that are given, those inside of `cookie` with its name before. */
  get all(): readonly string[] {
    const { options } = this.#call
    if (options?.kind !== 'object') return []
    return [...options.fields].flatMap(([name, { value }]) =>
      name === 'cookie' && value.kind === 'object'
        ? [...value.fields.keys()].map((inner) => `cookie.${inner}`)
        : [name],
    )
  }

  /** The option, where it is given as something. @throws NotPortable */
  get(path: string): Given | undefined {
    const [name = '', inner] = path.split('.')
    const outer = fieldOf(this.#call.options, name)
    const field = inner === undefined ? outer : fieldOf(outer?.value, inner)
    if (field === undefined || field.value.kind === 'undefined') return undefined
    if (this.#through !== undefined) return { text: `${this.#through}.${path}`, node: undefined, value: field.value }
    const spread = this.#spreadWith(name, outer)
    if (spread !== undefined) return { text: `${spread}.${path}`, node: undefined, value: field.value }
    const node = child(field.node, 'value')
    if (node === undefined || field.module !== this.#call.module || !this.#holds(field, outer))
      throw new NotPortable(`its option ${path} is set elsewhere`)
    return { text: methodText(field, this.#call) ?? this.#call.module.slice(node), node, value: field.value }
  }

  /** Remembers that the words of the option stand in the new text. */
  repeat(given: Given): string {
    if (given.node !== undefined) this.kept.push(given.node)
    else this.names.add(given.text.split('.')[0] ?? '')
    return given.text
  }

  /** `config.session` of `{ ...config.session }`, where the option comes from there. */
  #spreadWith(name: string, field: Field | undefined): string | undefined {
    const { module } = this.#call
    return children(this.#literal, 'properties')
      .filter(({ type }) => type === 'SpreadElement')
      .map((spread) => child(spread, 'argument'))
      .filter((each) => each !== undefined && fieldOf(this.evaluator.ask(each, module), name)?.node === field?.node)
      .map(dotted)
      .findLast((each) => each !== undefined)
  }

  /** Whether the property stands in the literal itself, or in that of its cookie. */
  #holds(field: Field, outer: Field | undefined): boolean {
    const literal = this.#literal
    return (
      literal !== undefined &&
      (isInside(field.node, literal) || (outer !== undefined && isInside(field.node, outer.node)))
    )
  }
}

/** `valid(ctx, value) { … }` is no expression. */
function methodText({ node }: Field, { module }: Call): string | undefined {
  if (node.method !== true) return undefined
  const value = child(node, 'value')
  const head = value?.async === true ? 'async function ' : 'function '
  return value === undefined ? undefined : `${head}${module.slice(value).replace(/^async\s+/, '')}`
}

export const isApp = (argument: Node): boolean => /^(this\.)?\w*(app|koa|server|api)$/i.test(dotted(argument) ?? '')

/** The literal of the options: in the call, or that of a name which nothing else uses. */
function literalOf({ module, node }: Call, argument: Node): Node | undefined {
  const bare = bareOf(argument)
  if (bare.type === 'ObjectExpression') return bare
  if (bare.type !== 'Identifier') return undefined
  const binding = module.scopes.lookup(bare)
  const init = binding?.kind === 'variable' && binding.given.length === 1 ? binding.given[0]?.value : undefined
  if (binding === undefined || init === undefined || binding.given[0]?.path.length !== 0) return undefined
  const literal = bareOf(init)
  if (literal.type !== 'ObjectExpression') return undefined
  const uses = mentionsOf(module.program, binding.name).filter((each) => module.scopes.lookup(each) === binding)
  const isOnlyHere = uses.every((each) => isInside(each, node) || isInside(each, binding.declaration))
  return isOnlyHere && !/^Export/.test(binding.declaration.parent?.parent?.type ?? '') ? literal : undefined
}

/** Without the assertions of TypeScript. */
function bareOf(node: Node): Node {
  const inner = /^TS(As|Satisfies|NonNull)Expression$|^TSTypeAssertion$/.test(node.type)
    ? child(node, 'expression')
    : undefined
  return inner === undefined ? node : bareOf(inner)
}
