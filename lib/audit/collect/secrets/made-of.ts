import { fullName, type Value } from '../../source/value.js'

/** The environment variable that the value is, or is made of. */
export function variableOf(value: Value): string | undefined {
  if (value.kind === 'env') return value.name
  if (value.kind === 'derived') return value.from.map(variableOf).find((name) => name !== undefined)
  return undefined
}

/** The call inside the value that answers another in each process. */
export function randomIn(value: Value): (Value & { kind: 'random' }) | undefined {
  if (value.kind === 'random') return value
  const inside = value.kind === 'derived' ? value.from : value.kind === 'array' ? value.items : []
  return inside.map(randomIn).find((found) => found !== undefined)
}

/** The text or number that the value is, or is made of. */
export function literalIn(value: Value): (Value & { kind: 'literal' }) | undefined {
  if (value.kind === 'literal')
    return typeof value.value === 'string' || typeof value.value === 'number' ? value : undefined
  if (value.kind !== 'derived') return undefined
  return value.from.map(literalIn).find((found) => found !== undefined)
}

/** What reads a file into the value: `fs.readFileSync('.key')`, in JSON or not. */
export function readIn(value: Value): Value | undefined {
  if (value.kind === 'derived') return value.from.map(readIn).find((found) => found !== undefined)
  if (value.kind !== 'call') return undefined
  return /^(node:)?(fs|fs\/promises|fs-extra|graceful-fs|jsonfile)(\.promises)?\.(readFile|readJson|readJSON)(Sync)?$/.test(
    fullName(value.callee) ?? '',
  )
    ? value
    : undefined
}
