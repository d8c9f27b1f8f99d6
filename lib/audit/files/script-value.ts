import { chainOf, child, children, nameOf, parseScript, type Syntax } from './script-syntax.js'
import { computed, type Entry, type MapTree, type Parsed, scalar, type Tree, valueAt } from './tree.js'

/** How many names are followed from one value. */
const deepest = 20

/**
 * What a configuration script exports (`module.exports`, `export default`), read without running it: literals, constants of the file,
 * spreads, `process.env.X ?? default`, the number of cores. Anything else is computed.
 */
export async function readScriptValue(text: string, typescript = false): Promise<Parsed<Tree>> {
  const body = await parseScript(text, typescript)
  if (!body) return { problem: 'the script cannot be parsed' }
  const value = exported(body, new Evaluator(text, constantsOf(body)))
  return value ? { value } : { problem: 'the script exports nothing that can be read without running it' }
}

function exported(body: readonly Syntax[], evaluator: Evaluator): Tree | undefined {
  let whole: Tree | undefined
  const parts: Entry[] = []
  for (const statement of body) {
    if (statement.type === 'ExportDefaultDeclaration') whole = evaluator.value(child(statement, 'declaration'))
    const assignment = statement.type === 'ExpressionStatement' ? child(statement, 'expression') : undefined
    if (assignment?.type !== 'AssignmentExpression') continue
    const target = chainOf(child(assignment, 'left'))
    const value = evaluator.value(child(assignment, 'right'))
    if (target === 'module.exports' || target === 'exports') whole = value
    const key = /^(?:module\.)?exports\.([\w$]+)$/.exec(target ?? '')?.[1]
    if (key) parts.push({ key, value, start: assignment.start, end: assignment.end })
  }
  if (parts.length === 0) return whole
  const start = parts[0]?.start ?? 0
  const entries = whole?.kind === 'map' ? [...whole.entries, ...parts] : parts
  return { kind: 'map', entries, start, end: parts.at(-1)?.end ?? start }
}

/** Names of the top level that are given a value once. */
function constantsOf(body: readonly Syntax[]): ReadonlyMap<string, Syntax> {
  const constants = new Map<string, Syntax>()
  for (const statement of body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? child(statement, 'declaration') : statement
    for (const declarator of children(declaration, 'declarations')) {
      const name = nameOf(child(declarator, 'id'))
      const init = child(declarator, 'init')
      if (name && init) constants.set(name, init)
    }
  }
  return constants
}

class Evaluator {
  constructor(
    readonly text: string,
    readonly constants: ReadonlyMap<string, Syntax>,
  ) {}

  value(node: Syntax | undefined, depth = 0): Tree {
    if (!node) return computed('', { start: 0, end: 0 })
    if (depth > deepest) return this.#unknown(node)
    return this.#known(node, depth + 1) ?? this.#unknown(node)
  }

  #known(node: Syntax, depth: number): Tree | undefined {
    switch (node.type) {
      case 'Literal':
        return isPlain(node.value) ? scalar(node.value, node) : undefined
      case 'ObjectExpression':
        return { kind: 'map', entries: this.#entries(node, depth), start: node.start, end: node.end }
      case 'ArrayExpression':
        return { kind: 'list', items: this.#items(node, depth), start: node.start, end: node.end }
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'ChainExpression':
      case 'AwaitExpression':
        return this.value(child(node, 'expression') ?? child(node, 'argument'), depth)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return this.#returned(node, depth)
      case 'TemplateLiteral':
        return this.#template(node, depth)
      case 'UnaryExpression':
        return this.#unary(node, depth)
      case 'LogicalExpression':
        return this.#either(node, depth)
      case 'ConditionalExpression':
        return this.#condition(node, depth)
      case 'BinaryExpression':
        return this.#binary(node, depth)
      case 'Identifier':
        return node.name === 'undefined' ? scalar(null, node) : this.#named(node, depth)
      case 'MemberExpression':
        return this.#member(node, depth)
      case 'CallExpression':
        return this.#call(node, depth)
      default:
        return undefined
    }
  }

  #entries(node: Syntax, depth: number): Entry[] {
    return children(node, 'properties').flatMap((property) => {
      if (property.type === 'SpreadElement') {
        const spread = this.value(child(property, 'argument'), depth)
        return spread.kind === 'map' ? spread.entries : []
      }
      const key = property.computed === true ? undefined : nameOf(child(property, 'key'))
      if (key === undefined) return []
      return [{ key, value: this.value(child(property, 'value'), depth), start: property.start, end: property.end }]
    })
  }

  #items(node: Syntax, depth: number): Tree[] {
    return children(node, 'elements').flatMap((element) => {
      if (element.type !== 'SpreadElement') return [this.value(element, depth)]
      const spread = this.value(child(element, 'argument'), depth)
      return spread.kind === 'list' ? spread.items : []
    })
  }

  #returned(node: Syntax, depth: number): Tree | undefined {
    const body = child(node, 'body')
    if (body?.type !== 'BlockStatement') return body && this.value(body, depth)
    const last = children(body, 'body').findLast((statement) => statement.type === 'ReturnStatement')
    return last && this.value(child(last, 'argument'), depth)
  }

  #template(node: Syntax, depth: number): Tree | undefined {
    const parts = children(node, 'expressions').map((part) => this.value(part, depth))
    const texts = children(node, 'quasis').map(
      (quasi) => (quasi.value as { cooked?: string } | undefined)?.cooked ?? '',
    )
    if (parts.some((part) => part.kind !== 'scalar')) return undefined
    const values = parts.map((part) => (part.kind === 'scalar' ? String(part.value) : ''))
    return scalar(texts.map((text, index) => text + (values[index] ?? '')).join(''), node)
  }

  #unary(node: Syntax, depth: number): Tree | undefined {
    const value = this.value(child(node, 'argument'), depth)
    if (value.kind === 'computed' && node.operator === '+') return value
    if (value.kind !== 'scalar') return undefined
    if (node.operator === '-') return scalar(-Number(value.value), node)
    return node.operator === '!' ? scalar(!value.value, node) : scalar(Number(value.value), node)
  }

  #either(node: Syntax, depth: number): Tree | undefined {
    const left = this.value(child(node, 'left'), depth)
    const right = this.value(child(node, 'right'), depth)
    if (node.operator === '&&') return undefined
    if (left.kind === 'computed') return this.#unknown(node, { ...left, fallback: left.fallback ?? right })
    const falsy = left.kind === 'scalar' && (node.operator === '??' ? left.value === null : !left.value)
    return falsy ? right : left
  }

  #condition(node: Syntax, depth: number): Tree | undefined {
    const test = child(node, 'test')
    const yes = this.value(child(node, 'consequent'), depth)
    const no = this.value(child(node, 'alternate'), depth)
    const production = this.#asksProduction(test)
    if (production !== undefined) return production ? yes : no
    const decides = this.value(test, depth)
    const variable = decides.kind === 'computed' ? decides.variable : undefined
    return variable ? this.#unknown(node, { variable, fallback: no, cpus: false }) : undefined
  }

  /** `NODE_ENV === 'production'`: what is read is what production gets. */
  #asksProduction(test: Syntax | undefined): boolean | undefined {
    if (test?.type !== 'BinaryExpression') return undefined
    const sides = [child(test, 'left'), child(test, 'right')]
    const value = sides.map(nameOf).find((name) => name === 'production' || name === 'development')
    if (!value || !sides.some((side) => /NODE_ENV$|^env$/.test(chainOf(side) ?? ''))) return undefined
    const equal = String(test.operator).startsWith('==')
    return equal === (value === 'production')
  }

  #binary(node: Syntax, depth: number): Tree | undefined {
    const left = this.value(child(node, 'left'), depth)
    const right = this.value(child(node, 'right'), depth)
    const core = [left, right].find((side) => side.kind === 'computed' && side.cpus)
    if (core && '+-*/'.includes(String(node.operator))) return this.#unknown(node, { cpus: true })
    if (left.kind !== 'scalar' || right.kind !== 'scalar') return undefined
    if (node.operator === '+' && (typeof left.value === 'string' || typeof right.value === 'string'))
      return scalar(`${left.value}${right.value}`, node)
    const [a, b] = [Number(left.value), Number(right.value)]
    const results: Record<string, number> = { '+': a + b, '-': a - b, '*': a * b, '/': a / b }
    const result = results[String(node.operator)]
    return result === undefined || Number.isNaN(result) ? undefined : scalar(result, node)
  }

  #named(node: Syntax, depth: number): Tree | undefined {
    if (node.name === '__dirname') return scalar('.', node)
    const init = this.constants.get(String(node.name))
    if (!init) return undefined
    const value = this.value(init, depth)
    return value.kind === 'computed' && !value.variable && !value.cpus ? undefined : value
  }

  #member(node: Syntax, depth: number): Tree | undefined {
    const chain = chainOf(node)
    const variable = /^process\.env\.(\w+)$/.exec(chain ?? '')?.[1]
    if (variable) return this.#unknown(node, { variable })
    if (chain && isCoreCount(chain)) return this.#unknown(node, { cpus: true })
    const object = this.value(child(node, 'object'), depth)
    const key = nameOf(child(node, 'property'))
    if (key === 'length' && object.kind === 'computed' && /cpus\(\)/.test(object.text))
      return this.#unknown(node, { cpus: true })
    return key === undefined ? undefined : valueAt(object, key)
  }

  #call(node: Syntax, depth: number): Tree | undefined {
    const callee = chainOf(child(node, 'callee')) ?? ''
    const values = children(node, 'arguments').map((argument) => this.value(argument, depth))
    if (isCoreCount(`${callee}()`)) return this.#unknown(node, { cpus: true })
    if (/^(?:Number|String|parseInt|Number\.parseInt|Math\.(?:floor|ceil|round|abs)|\w*[dD]efineConfig)$/.test(callee))
      return values[0]
    if (/^Math\.(?:max|min)$/.test(callee)) return values.find((value) => value.kind === 'computed') ?? values[0]
    if (callee === 'Object.assign') return merged(values, node)
    if (/(?:^|\.)(?:join|resolve)$/.test(callee) && values.every((value) => value.kind === 'scalar'))
      return scalar(values.map((value) => (value.kind === 'scalar' ? value.value : '')).join('/'), node)
    return undefined
  }

  #unknown(node: Syntax, known: Parameters<typeof computed>[2] = {}): Tree {
    return computed(this.text.slice(node.start, node.end), node, known)
  }
}

function isCoreCount(chain: string): boolean {
  return /(?:cpus\(\)\.length|availableParallelism\(\))$/.test(chain)
}

function merged(values: readonly Tree[], span: Syntax): MapTree {
  const entries = values.flatMap((value) => (value.kind === 'map' ? value.entries : []))
  return { kind: 'map', entries, start: span.start, end: span.end }
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
