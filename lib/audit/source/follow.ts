import type { Binding } from './scope.js'
import type { Node } from './syntax.js'
import type { Value } from './value.js'

/** How deep one value may lie behind others. */
export const deepest = 14

/** What parameters are worth inside a function that is followed. */
export type Arguments = ReadonlyMap<Binding, Value>

/** How far a question has come. */
export interface Follow {
  readonly depth: number
  readonly seen: ReadonlySet<Node>
  readonly given: Arguments
}

/** Where every question begins. */
export const start: Follow = { depth: 0, seen: new Set(), given: new Map() }
