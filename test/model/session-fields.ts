import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'

/** What a session of the model holds: fields of every shape that the merge treats differently. */
export interface Fields {
  a?: number
  b?: number
  list?: number[]
  /** A scalar in one request, an object in another. */
  mixed?: number | { x: number }
  cart?: { x?: number; y?: number }
}

type Edit = (fields: Fields) => unknown

/** One thing a request does to its session, and how a report shows it. */
export class Change {
  constructor(
    readonly text: string,
    readonly edit: Edit,
  ) {}

  toString(): string {
    return this.text
  }

  [fc.toStringMethod](): string {
    return this.text
  }
}

const value = fc.integer({ min: 1, max: 4 })
const edits: readonly ((value: number) => Change)[] = [
  (a) => new Change(`a = ${a}`, (fields) => Object.assign(fields, { a })),
  (b) => new Change(`b = ${b}`, (fields) => Object.assign(fields, { b })),
  (item) => new Change(`list = [${item}]`, (fields) => Object.assign(fields, { list: [item] })),
  (mixed) => new Change(`mixed = ${mixed}`, (fields) => Object.assign(fields, { mixed })),
  (x) => new Change(`mixed = {x: ${x}}`, (fields) => Object.assign(fields, { mixed: { x } })),
  (x) => new Change(`cart.x = ${x}`, (fields) => Object.assign(fields, { cart: { ...fields.cart, x } })),
  (y) => new Change(`cart.y = ${y}`, (fields) => Object.assign(fields, { cart: { ...fields.cart, y } })),
  () => new Change('delete a', (fields) => delete fields.a),
  () => new Change('delete mixed', (fields) => delete fields.mixed),
  () => new Change('delete cart.x', (fields) => delete fields.cart?.x),
  () => new Change('cart = {}', (fields) => Object.assign(fields, { cart: {} })),
  () => new Change('delete cart', (fields) => delete fields.cart),
]

/** Any change to any field. */
export const anyChange = fc.tuple(fc.constantFrom(...edits), value).map(([edit, value]) => edit(value))

/** What every session of the model begins with. */
export const firstFields: Fields = { a: 0, mixed: 0, cart: { x: 0 } }

/**
 * What must be stored when a request that made `ours` of `base` writes over `stored`: its changes, on top of the rest.
 * Written as "apply what we changed", and not as the merge of lib/core is, so that both can be held against each other.
 */
export function applied(stored: Fields, base: Fields, ours: Fields): Fields {
  const result = structuredClone(stored)
  for (const name of ['a', 'b', 'list', 'mixed'] as const) copyChange(result, base, ours, name)
  if (isDeepStrictEqual(ours.cart, base.cart)) return result
  if (ours.cart === undefined) delete result.cart
  else if (result.cart === undefined) result.cart = { ...ours.cart }
  else for (const name of ['x', 'y'] as const) copyChange(result.cart, base.cart ?? {}, ours.cart, name)
  return result
}

function copyChange<T extends object>(result: T, base: T, ours: T, name: keyof T): void {
  if (isDeepStrictEqual(ours[name], base[name])) return
  if (ours[name] === undefined) delete result[name]
  else result[name] = structuredClone(ours[name])
}
