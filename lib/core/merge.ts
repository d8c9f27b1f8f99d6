import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject, type JsonValue } from './data.js'

/** One field that two parallel requests changed, each in its own way; undefined means that the field is not there. */
export interface Contest {
  /** The names that lead to the field, from the outside in. */
  path: readonly string[]
  base: JsonValue | undefined
  ours: JsonValue | undefined
  theirs: JsonValue | undefined
}

/** Decides a contest: the value to keep, or undefined to delete the field. */
export type Resolve = (contest: Contest) => JsonValue | undefined

/** The later writer wins. */
export const laterWriter: Resolve = ({ ours }) => ours

/**
 * Three-way merge: what we changed since `base`, on top of what they changed since `base`. Objects are merged field by
 * field, deletions count as changes, lists and scalars are kept or replaced as wholes.
 */
export function merge(
  base: JsonObject,
  ours: JsonObject,
  theirs: JsonObject,
  resolve: Resolve,
  path: readonly string[] = [],
): JsonObject {
  const merged: JsonObject = {}
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const contest = {
      path: [...path, name],
      base: field(base, name),
      ours: field(ours, name),
      theirs: field(theirs, name),
    }
    const value = settle(contest, resolve)
    if (value !== undefined) merged[name] = value
  }
  return merged
}

const field = (object: JsonObject, name: string) => (Object.hasOwn(object, name) ? object[name] : undefined)

function settle(contest: Contest, resolve: Resolve): JsonValue | undefined {
  const { base, ours, theirs, path } = contest
  if (isDeepStrictEqual(ours, base)) return theirs
  if (isDeepStrictEqual(theirs, base) || isDeepStrictEqual(ours, theirs)) return ours
  if (isJsonObject(ours) && isJsonObject(theirs))
    return merge(isJsonObject(base) ? base : {}, ours, theirs, resolve, path)
  return resolve(contest)
}
