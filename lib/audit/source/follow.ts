import type { Answers } from './memo.js'
import type { Binding } from './scope.js'
import type { Node } from './syntax.js'
import type { Value } from './value.js'

/** How deep one value may lie behind others. */
export const deepest = 14

/** What parameters are worth inside a function that is followed, and inside those that it was followed from. */
export class Arguments {
  /** How many functions are around. */
  readonly level: number
  /** What was found out inside, and holds there only. */
  readonly answers: Answers = new Map()

  constructor(
    readonly own: ReadonlyMap<Binding, Value> = new Map(),
    readonly outer?: Arguments,
  ) {
    this.level = outer === undefined ? 0 : outer.level + 1
  }

  /** Where no function is followed. */
  get outermost(): Arguments {
    return this.outer?.outermost ?? this
  }

  /** The function whose call gives the parameter its value. */
  holding(parameter: Binding): Arguments | undefined {
    let around: Arguments | undefined = this
    while (around !== undefined && !around.own.has(parameter)) around = around.outer
    return around
  }
}

/** The nodes from the question to here. Short, and made at every step: a list is cheaper than a set. */
export class Trail {
  readonly length: number

  constructor(
    readonly node?: Node,
    readonly before?: Trail,
  ) {
    this.length = before === undefined ? 0 : before.length + 1
  }

  /** How many steps led to this node; undefined: it is not on the way. */
  indexOf(node: Node): number | undefined {
    let step: Trail | undefined = this
    while (step !== undefined && step.node !== node) step = step.before
    return step?.length
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
