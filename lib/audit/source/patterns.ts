import { child, children, keyName, type Node } from './syntax.js'

/** A name that a pattern takes out of an object. */
export interface PatternField {
  readonly name: string
  readonly local: Node
  readonly fallback: Node | undefined
}

/** `a`, `b: c` and `d = 1` of `{ a, b: c, d = 1 }`; what is deeper is left out. */
export function patternFields(pattern: Node): readonly PatternField[] {
  if (pattern.type !== 'ObjectPattern') return []
  return children(pattern, 'properties').flatMap((property) => {
    const [name, value] = [keyName(property), child(property, 'value')]
    const local = value?.type === 'AssignmentPattern' ? child(value, 'left') : value
    return name !== undefined && local?.type === 'Identifier' ? [{ name, local, fallback: child(value, 'right') }] : []
  })
}
