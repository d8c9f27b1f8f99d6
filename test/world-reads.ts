import { type ParserPlugin, parse } from '@babel/parser'

/** What a TypeScript source reads of the world without an import, as written: `process.env`, `Date.now`, `Math.random`. Texts do not count. */
export function readsOfTheWorld(source: string): string[] {
  const plugins: ParserPlugin[] = ['typescript', 'estree']
  const found: string[] = []
  const pending: unknown[] = [parse(source, { sourceType: 'module', plugins }).program]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isNode(next) && isRead(next)) found.push(source.slice(next.start, next.end))
    if (typeof next === 'object' && next !== null)
      pending.push(...Object.values(next).filter((each) => typeof each === 'object'))
  }
  return found
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly object?: Node
  readonly property?: Node
  readonly callee?: Node
  readonly arguments?: readonly Node[]
  readonly name?: string
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

function isRead({ type, object, property, callee, arguments: given }: Node): boolean {
  if (type === 'NewExpression') return callee?.name === 'Date' && given?.length === 0
  if (!/^(Optional)?MemberExpression$/.test(type) || object?.type !== 'Identifier') return false
  if (object.name === 'process' || object.name === 'performance') return true
  return `${object.name}.${property?.name}` === 'Date.now' || `${object.name}.${property?.name}` === 'Math.random'
}
