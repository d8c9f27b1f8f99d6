import { distinct, type Field, type Option, unknown, type Value } from './value.js'

export type Fields = Map<string, Field>

/** Copies the fields in; false when not all of them are known. What comes in some cases only stands beside what was. */
export function spread(fields: Fields, value: Value, deep = false): boolean {
  if (value.kind === 'either') return spreadEither(fields, value, deep)
  if (value.kind === 'undefined' || value.kind === 'literal') return true
  if (value.kind !== 'object') return false
  for (const [name, field] of value.fields) fields.set(name, combined(fields.get(name), field, deep))
  return !value.open
}

/** What the fields are in each of the cases, field by field. */
function spreadEither(fields: Fields, value: Value & { kind: 'either' }, deep: boolean): boolean {
  const cases = withElse(value).map((option) => {
    const copy: Fields = new Map(fields)
    return { option, copy, known: spread(copy, option.value, deep) }
  })
  for (const name of new Set(cases.flatMap(({ copy }) => [...copy.keys()]))) {
    const held = cases.map(({ copy }) => copy.get(name))
    const field = held.find((each) => each !== undefined && each !== fields.get(name))
    if (field === undefined) continue
    const options = cases.map(({ option }, index): Option => {
      const found = held[index]
      const when = found === undefined || found.when === 'any' ? option.when : found.when
      return { ...option, value: found?.value ?? absent(name, cases[index]?.known === true, value.origin), when }
    })
    fields.set(name, {
      ...field,
      when: 'any',
      value: { kind: 'either', how: 'assigned', options: distinct(options), origin: field.value.origin },
    })
  }
  return cases.every(({ known }) => known)
}

const absent = (name: string, isKnown: boolean, origin: Value['origin']): Value =>
  isKnown ? { kind: 'undefined', origin } : unknown(`${name} may come from what is spread`, origin)

/** `...(isProduction && { … })` adds nothing elsewhere. */
function withElse({ options, origin }: Value & { kind: 'either' }): readonly Option[] {
  const [only] = options
  if (only === undefined || options.length > 1 || only.when === 'any') return options
  return [{ value: { kind: 'undefined', origin }, when: 'any' }, only]
}

function combined(before: Field | undefined, after: Field, deep: boolean): Field {
  if (before === undefined) return after
  if (deep) {
    const value = deeply(before.value, after.value)
    if (value !== undefined) return { ...before, value }
  }
  return after.when === 'any' ? after : both(before, after)
}

/** Two objects as one, also in each of the alternatives; undefined where there are not two. */
function deeply(before: Value, after: Value): Value | undefined {
  if (before.kind === 'object' && after.kind === 'object') {
    const fields: Fields = new Map(before.fields)
    const known = spread(fields, after, true)
    return { ...before, fields, open: before.open || !known }
  }
  if (before.kind !== 'either' || after.kind !== 'object') return undefined
  return { ...before, options: before.options.map((each) => ({ ...each, value: deeply(each.value, after) ?? after })) }
}

/** Object.assign, a merge or defaults: what comes later wins. */
export function merged(values: readonly Value[], origin: Value['origin'], deep = false): Value {
  const fields: Fields = new Map()
  const known = values.map((value) => spread(fields, value, deep))
  return { kind: 'object', fields, open: known.includes(false), origin }
}

/** What a field may be where an assignment does not always happen. */
export function both(before: Field | undefined, after: Field, happens?: boolean): Field {
  const first: Value = before?.value ?? { kind: 'undefined', origin: after.value.origin }
  const options = [
    { value: first, when: before?.when ?? ('any' as const), off: happens === true },
    { value: after.value, when: after.when, off: happens === false },
  ]
  return { ...after, when: 'any', value: { kind: 'either', how: 'assigned', options, origin: after.value.origin } }
}
