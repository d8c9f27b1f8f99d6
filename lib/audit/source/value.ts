import type { When } from '../facts/when.js'
import type { Module } from './modules.js'
import type { Node } from './syntax.js'

/** Where a value stands, as a node of a module. */
export interface Origin {
  readonly module: Module
  readonly node: Node
}

/** What an expression is worth, as far as reading tells. `unknown` is an answer. */
export type Value =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly origin: Origin }
  | { readonly kind: 'undefined'; readonly origin: Origin }
  | { readonly kind: 'env'; readonly name: string; readonly origin: Origin }
  | { readonly kind: 'random'; readonly via: string; readonly origin: Origin }
  | { readonly kind: 'array'; readonly items: readonly Value[]; readonly open: boolean; readonly origin: Origin }
  | {
      readonly kind: 'object'
      readonly fields: ReadonlyMap<string, Field>
      readonly open: boolean
      readonly origin: Origin
    }
  | {
      readonly kind: 'either'
      readonly options: readonly Option[]
      readonly how: '||' | '??' | '?:' | 'assigned'
      readonly origin: Origin
    }
  /** Made of another: `env.split(',')`, a template around a variable. */
  | { readonly kind: 'derived'; readonly from: readonly Value[]; readonly via: string; readonly origin: Origin }
  | { readonly kind: 'call'; readonly callee: Value; readonly arguments: readonly Node[]; readonly origin: Origin }
  | { readonly kind: 'new'; readonly callee: Value; readonly arguments: readonly Node[]; readonly origin: Origin }
  | { readonly kind: 'import'; readonly package: string; readonly path: readonly string[]; readonly origin: Origin }
  | { readonly kind: 'function'; readonly origin: Origin }
  | { readonly kind: 'class'; readonly origin: Origin }
  | { readonly kind: 'namespace'; readonly file: string; readonly origin: Origin }
  | { readonly kind: 'global'; readonly path: readonly string[]; readonly origin: Origin }
  | { readonly kind: 'file'; readonly name: string; readonly origin: Origin }
  | { readonly kind: 'unknown'; readonly why: string; readonly origin: Origin }

export interface Option {
  readonly value: Value
  /** The environment that the condition names. */
  readonly when: When
  /** The settings that the repository holds rule it out. */
  readonly off?: boolean
}

export interface Field {
  readonly value: Value
  /** The property, or the assignment. */
  readonly node: Node
  readonly module: Module
  readonly when: When
}

export type Kind = Value['kind']

/** The alternatives, nested ones too; `when` of the outer holds where the inner has none. */
export function optionsOf(value: Value, when: When = 'any'): readonly Option[] {
  if (value.kind !== 'either') return [{ value, when }]
  return value.options.flatMap((option) =>
    optionsOf(option.value, option.when === 'any' ? when : option.when).map((inner) =>
      option.off ? { ...inner, off: true } : inner,
    ),
  )
}

/** A value that several environments have is that of any. */
export function distinct(options: readonly Option[]): Option[] {
  const values = options.map(({ value }) => value)
  const kept = values.filter((value, index) => values.findIndex((other) => isSame(other, value)) === index)
  return kept.flatMap((value) => {
    const same = options.filter((option) => isSame(option.value, value))
    const [first] = same
    return first === undefined
      ? []
      : [same.every(({ when }) => when === first.when) ? first : { ...first, when: 'any' }]
  })
}

/** The same value, or the same words read twice. */
const isSame = (a: Value, b: Value) =>
  a === b || (a.kind === 'literal' && b.kind === 'literal' && a.origin.node === b.origin.node && a.value === b.value)

/** `crypto.randomBytes`, `koa-session`, `koa-middlewares.session`: what an import, or a global, is called. */
export function fullName(value: Value): string | undefined {
  if (value.kind === 'import') return [value.package, ...value.path.filter((part) => part !== 'default')].join('.')
  if (value.kind === 'global') return value.path.join('.')
  return undefined
}

export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'literal' && value.value !== null ? String(value.value) : undefined
}

export function fieldOf(value: Value | undefined, name: string): Field | undefined {
  return value?.kind === 'object' ? value.fields.get(name) : undefined
}

/** Why a value is unknown that lies behind more than is followed. */
export const tooDeep = 'too deep to follow'

/** What cannot be decided by reading, and why. */
export function unknown(why: string, origin: Origin): Value {
  return { kind: 'unknown', why, origin }
}
