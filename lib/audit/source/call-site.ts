import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import type { Module } from './modules.js'
import { children, type Node } from './syntax.js'
import { type Origin, textOf, type Value } from './value.js'

/** A call whose worth is asked: its arguments, and how far the question has come. */
export class CallSite {
  readonly args: readonly Node[]

  constructor(
    readonly evaluator: Evaluator,
    readonly origin: Origin,
    readonly follow: Follow,
    /** What is called, where it is an import or a global: `path.join`. */
    readonly name: string | undefined,
  ) {
    this.args = children(origin.node, 'arguments')
  }

  get module(): Module {
    return this.origin.module
  }

  /** What a node of the call is worth. */
  worth(node: Node): Value {
    return this.evaluator.evaluate(node, this.module, this.follow)
  }

  /** What the argument is worth; undefined where there is none. */
  argument(index: number): Value | undefined {
    const node = this.args[index]
    return node && this.worth(node)
  }

  /** The argument as a text, where it is one. */
  text(index: number): string | undefined {
    return textOf(this.argument(index))
  }

  /** What all arguments are worth. */
  all(): Value[] {
    return this.args.map((argument) => this.worth(argument))
  }
}
