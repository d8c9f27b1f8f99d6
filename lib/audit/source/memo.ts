import type { Arguments, Follow } from './follow.js'
import type { Binding } from './scope.js'
import type { Node } from './syntax.js'
import type { Value } from './value.js'

/** What an answer depends on besides its node. */
interface Conditions {
  /** How many levels less deep, and how many deeper, the same question has the same answer: what is too deep is cut. */
  up: number
  down: number
  /** The first node of the way that was met again, by its place on the way. */
  loop: number
  /** The outermost function of which a parameter was asked, by its level. */
  level: number
}

/** What is known of a node. */
export interface Answer extends Readonly<Omit<Conditions, 'loop'>> {
  readonly value: Value
  readonly depth: number
}

/** What is known of nodes, for the depths at which it holds. */
export type Answers = Map<Node, Answer[]>

/** More than any depth, place and level. A small integer takes no room of its own, as Infinity does. */
const none = 1_000_000

/** Holds for every question that comes to the node by whatever way. */
const always = (): Conditions => ({ up: none, down: none, loop: none, level: none })

/**
 * What nodes are worth, so that none is followed twice: chains of calls ask for what stands before each dot, and
 * functions that call each other for the same values again and again. An answer is kept where it would be the same
 * again: not on a circle, and no deeper than it was not cut.
 */
export class Memo {
  readonly #anywhere: Answers = new Map()
  #current = always()

  /** What the node was found to be worth where the same would be found now. */
  recall(node: Node, { depth, given }: Follow): Value | undefined {
    const isSame = (known: Answer) => depth - known.depth <= known.down && known.depth - depth <= known.up
    const known = this.#anywhere.get(node)?.find(isSame) ?? given.answers.get(node)?.find(isSame)
    if (known === undefined) return undefined
    const deeper = depth - known.depth
    this.#depends(known.up + deeper, known.down - deeper)
    this.#current.level = Math.min(this.#current.level, known.level)
    return known.value
  }

  /** Finds out what the node is worth, and keeps it. */
  keep(node: Node, { depth, seen, given }: Follow, find: () => Value): Value {
    const outer = this.#current
    const own = always()
    this.#current = own
    const value = find()
    this.#current = outer
    this.#depends(own.up, own.down)
    if (own.loop <= seen.length) outer.loop = Math.min(outer.loop, own.loop)
    const level = own.level > given.level ? none : own.level
    outer.level = Math.min(outer.level, level)
    if (own.loop > seen.length + 1)
      add(level === none ? this.#anywhere : given.answers, node, { value, depth, up: own.up, down: own.down, level })
    return value
  }

  /** Whether so deep is deeper than the limit. */
  isDeeper(depth: number, limit: number): boolean {
    if (depth <= limit) this.#depends(none, limit - depth)
    else this.#depends(depth - limit - 1, none)
    return depth > limit
  }

  /** Whether the node is on the way already. */
  hasMet(node: Node, { seen }: Follow): boolean {
    const index = seen.indexOf(node)
    if (index !== undefined) this.meets(index)
    return index !== undefined
  }

  /** What is found now is only true because this place of the way was met; 0: no such answer is kept. */
  meets(index: number): void {
    this.#current.loop = Math.min(this.#current.loop, index)
  }

  /** The call that gives the parameter its value, if the function is followed from one. */
  holding(parameter: Binding, given: Arguments): Arguments | undefined {
    const around = given.holding(parameter)
    if (around !== undefined || parameter.kind === 'parameter')
      this.#current.level = Math.min(this.#current.level, around?.level ?? 0)
    return around
  }

  #depends(up: number, down: number): void {
    this.#current.up = Math.min(this.#current.up, up)
    this.#current.down = Math.min(this.#current.down, down)
  }
}

function add(answers: Answers, node: Node, answer: Answer): void {
  const known = answers.get(node)
  if (known === undefined) answers.set(node, [answer])
  else known.push(answer)
}
