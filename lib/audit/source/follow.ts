import type { Binding } from './scope.js'
import type { Node } from './syntax.js'
import type { Value } from './value.js'

/** How deep one value may lie behind others. */
export const deepest = 14

/** What parameters are worth inside a function that is followed. */
export type Arguments = ReadonlyMap<Binding, Value>

/** The nodes from the question to here. Short, and made at every step: a list is cheaper than a set. */
export class Trail {
  constructor(
    readonly node?: Node,
    readonly before?: Trail,
  ) {}

  has(node: Node): boolean {
    for (let step: Trail | undefined = this; step !== undefined; step = step.before) if (step.node === node) return true
    return false
  }

  with(node: Node): Trail {
    return new Trail(node, this)
  }
}

/** How far a question has come. */
export interface Follow {
  readonly depth: number
  readonly seen: Trail
  readonly given: Arguments
}

/** Where every question begins. */
export const start: Follow = { depth: 0, seen: new Trail(), given: new Map() }
