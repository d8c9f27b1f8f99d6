import type { Node } from './syntax.js'

/** A name and everything it is given. */
export interface Binding {
  readonly name: string
  readonly kind: 'variable' | 'function' | 'class' | 'import' | 'parameter' | 'enum'
  readonly declaration: Node
  /** The scope it belongs to: the program, a function, a block. */
  readonly scope: Node
  /** Initial value and assignments, each with the way into it: `{ a: [b] }` is `a`, `0`. */
  readonly given: Given[]
  /** For imports: the module, and what of it: a name, `default` or `*`. */
  readonly from?: { readonly module: string; readonly name: string }
}

export interface Given {
  readonly value: Node
  readonly path: readonly Step[]
  readonly conditional: boolean
  /** What `...rest` leaves out, since it has a name of its own. */
  readonly without?: readonly string[]
}

/** A property, or a property with its default. */
export interface Step {
  readonly name: string
  readonly fallback?: Node
}
