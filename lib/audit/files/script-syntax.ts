import { babel } from './parsers.js'

/** A node of the ESTree that @babel/parser gives. */
export interface Syntax {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [property: string]: unknown
}

/** The child under a name, where it is a node. */
export function child(node: Syntax | undefined, name: string): Syntax | undefined {
  const value = node?.[name]
  return isSyntax(value) ? value : undefined
}

/** The children under a name; holes of arrays are left out. */
export function children(node: Syntax | undefined, name: string): readonly Syntax[] {
  const value = node?.[name]
  return Array.isArray(value) ? value.filter(isSyntax) : []
}

/** The name of an identifier, or the text of a string. */
export function nameOf(node: Syntax | undefined): string | undefined {
  const name = node?.type === 'Identifier' ? node.name : node?.type === 'Literal' ? node.value : undefined
  return typeof name === 'string' || typeof name === 'number' ? String(name) : undefined
}

/** `a.b.c` as text, for chains of plain names; calls in it are kept as `()`. */
export function chainOf(node: Syntax | undefined): string | undefined {
  if (!node) return undefined
  if (node.type === 'Identifier') return nameOf(node)
  if (node.type === 'ChainExpression') return chainOf(child(node, 'expression'))
  if (node.type === 'CallExpression') {
    const callee = chainOf(child(node, 'callee'))
    const [first] = children(node, 'arguments')
    return callee === 'require' ? `require(${nameOf(first) ?? ''})` : callee && `${callee}()`
  }
  if (node.type !== 'MemberExpression') return undefined
  const object = chainOf(child(node, 'object'))
  const property = child(node, 'property')
  if (node.computed === true && property?.type !== 'Literal') return undefined
  const name = nameOf(property)
  return object && name && `${object}.${name}`
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/** The statements of a script or module; undefined where it cannot be parsed. */
export async function parseScript(text: string, typescript: boolean): Promise<readonly Syntax[] | undefined> {
  const { parse } = babel()
  const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
  try {
    const file = parse(body, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      plugins: ['estree', ...(typescript ? (['typescript'] as const) : (['jsx'] as const))],
    })
    return file.program.body as unknown as readonly Syntax[]
  } catch {
    return undefined
  }
}
