/** The same value without control characters: a terminal would obey those that stand in a file or its name. */
export function printable<Value>(value: Value): Value {
  return walk(value) as Value
}

function walk(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(/\r(?=\n|$)/g, '').replace(/(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu, '·')
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one)]))
}
