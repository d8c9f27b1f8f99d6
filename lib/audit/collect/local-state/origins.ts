import type { Module } from '../../source/modules.js'
import { randomSource } from '../../source/random.js'
import type { Binding } from '../../source/scope.js'
import {
  above,
  below,
  child,
  children,
  dotted,
  findAll,
  isFunction,
  isInside,
  memberName,
  type Node,
  unwrap,
} from '../../source/syntax.js'
import type { CodeScope } from '../code-scope.js'
import { calledName } from '../named-calls.js'

/** What a written value is made of. */
export interface Origin {
  /** Of what was kept before: a count, a longer list. */
  readonly old: boolean
  /** Of chance: no other process comes to the same. */
  readonly chance: boolean
  /** Of the hour, and of nothing that was loaded or computed. */
  readonly time: boolean
  /** Of the request, and not of what the key is made of. */
  readonly request: boolean
}

/** Where it is written, and what tells the place itself among other names. */
export interface Written {
  readonly scope: CodeScope
  readonly module: Module
  readonly node: Node
  readonly key: Node | undefined
  readonly isHolder: (node: Node) => boolean
}

export function originOf(value: Node, written: Written): Origin {
  const found = new Reading(written)
  found.read(value, false)
  const key = new Reading(written)
  if (written.key) key.read(written.key, false)
  return {
    old: found.old,
    chance: found.chance,
    time: found.time && !found.loads,
    request: [...found.request].some((one) => !key.covers(one)),
  }
}

const parts = 'query|querystring|params|headers?|session|cookies|ips?|state|user|url|originalUrl|path|href|method|get'
/** `ctx.body` is the answer, `request.body` what was sent. */
const ofRequest = new RegExp(
  `^(?:(?:ctx|context|this|this\\.ctx)\\.((?:${parts})\\b.*)|(?:(?:ctx|context|this|this\\.ctx)\\.)?(?:request|req)\\.((?:body|rawBody|${parts})\\b.*))$`,
)
const whole = /^(ctx|context|this)(\.(request|req))?$|^(request|req)$/

/** `query.page` of `ctx.query.page`, `ctx.request.query.page` and `req.query.page`. */
function partOfRequest(name: string): string | undefined {
  const found = ofRequest.exec(name)
  return found?.[1] ?? found?.[2]
}

const wholeAddress = /^(url|originalUrl|href)$/
const clocks = /^(Date\.now|performance\.now|process\.hrtime(\.bigint)?|moment|dayjs|Date)$/
const chances =
  /^(rnd|rand(om)?\w*|uuid\w*|nanoid|ulid|cuid|\w*[a-z]Random\w*|(make|new|gen(erate)?|create)_?(Id|Token|Code|Otp|Pin|Secret|Nonce))$/i

/** Goes through an expression, and through the local names in it. */
class Reading {
  readonly request = new Set<string>()
  old = false
  chance = false
  time = false
  loads = false
  readonly #seen = new Set<Binding>()

  constructor(readonly written: Written) {}

  /** Whether a key made of this tells this apart: `query` covers `query.page`, the URL all that is in it. */
  covers(one: string): boolean {
    return [...this.request].some(
      (each) =>
        one === each || one.startsWith(`${each}.`) || (wholeAddress.test(each) && /^(query|params|path|url)/.test(one)),
    )
  }

  /** `within`: something is made of it, so that what was kept before does not merely stay. */
  read(node: Node, within: boolean): void {
    const bare = unwrap(node)
    if (isFunction(bare)) return
    if (this.written.isHolder(bare)) this.old ||= within
    else if (bare.type === 'LogicalExpression') for (const each of below(bare)) this.read(each, within)
    else if (bare.type === 'ConditionalExpression') this.#choice(bare, within)
    else if (bare.type === 'Identifier') this.#name(bare, within)
    else if (/^(Call|New)Expression$/.test(bare.type)) this.#call(bare, within)
    else if (bare.type === 'MemberExpression') this.#member(bare, within)
    else if (bare.type === 'Property') this.#inside(child(bare, 'value'))
    else for (const each of below(bare)) this.read(each, true)
  }

  #inside(node: Node | undefined): void {
    if (node) this.read(node, true)
  }

  #choice(node: Node, within: boolean): void {
    for (const side of ['consequent', 'alternate']) {
      const each = child(node, side)
      if (each) this.read(each, within)
    }
  }

  #member(node: Node, within: boolean): void {
    const found = partOfRequest(dotted(node) ?? '')
    if (found !== undefined) this.request.add(found)
    else if (this.#isRead(node)) this.old ||= within
    else for (const each of below(node)) if (each !== child(node, 'property') || node.computed) this.read(each, true)
  }

  /** `votes.get(id)`, `votes[id]`. */
  #isRead(node: Node): boolean {
    const object = child(node, 'object')
    return object !== undefined && this.written.isHolder(object)
  }

  #call(node: Node, within: boolean): void {
    const callee = child(node, 'callee')
    if (callee?.type === 'MemberExpression' && this.#isRead(callee)) {
      const isLookup = /^(get|peek|find|at)$/.test(memberName(callee) ?? '')
      this.old ||= within || !isLookup
      if (!isLookup) for (const each of children(node, 'arguments')) this.read(each, true)
      return
    }
    const name = dotted(callee) ?? ''
    const found = partOfRequest(name)
    if (found !== undefined) this.request.add(found)
    else if (clocks.test(name) && !children(node, 'arguments').length) this.time = true
    else if (this.#isChance(node, callee, name)) this.chance = true
    else {
      this.loads ||= callee?.type !== 'MemberExpression' || !/^(String|Number|Math|Date|Object|Array)\b/.test(name)
      if (callee?.type === 'MemberExpression') this.#inside(child(callee, 'object'))
    }
    for (const each of below(node)) if (each !== callee) this.read(each, true)
  }

  #isChance(call: Node, callee: Node | undefined, name: string): boolean {
    const { scope, module } = this.written
    const known = /^(Math\.random|(?:\w*\.)?(randomUUID|randomBytes|randomInt|getRandomValues))$/
    if (known.test(name) || chances.test(name) || randomSource(calledName(scope, module, call))) return true
    const binding = callee?.type === 'Identifier' ? module.scopes.lookup(callee) : undefined
    const fn = binding?.kind === 'function' ? binding.declaration : binding?.given[0]?.value
    if (fn === undefined || !isFunction(fn)) return false
    return findAll(fn, 'CallExpression').some(
      (each) => known.test(dotted(child(each, 'callee')) ?? '') || randomSource(calledName(scope, module, each)),
    )
  }

  #name(node: Node, within: boolean): void {
    const binding = this.written.module.scopes.lookup(node)
    if (binding === undefined || binding.kind !== 'variable' || this.#seen.has(binding)) return
    if (binding.scope.type === 'Program') return
    this.#seen.add(binding)
    const grows = isChanged(binding, this.written.node)
    for (const { value, path } of grows ? binding.given : reaching(binding, this.written.node)) {
      const name = dotted(value) ?? ''
      if (path.length > 0 && (whole.test(name) || partOfRequest(name) !== undefined))
        this.#picked([name, ...path.map((step) => step.name)].join('.'))
      else this.read(value, within || grows || path.length > 0)
    }
  }

  /** `const { page } = ctx.query`. */
  #picked(name: string): void {
    const found = partOfRequest(name)
    if (found !== undefined) this.request.add(found)
  }
}

/** `n++`, `n += 1` before it is written. */
function isChanged(binding: Binding, before: Node): boolean {
  return findAll(binding.scope, 'UpdateExpression', 'AssignmentExpression').some((node) => {
    const target = child(node, 'argument') ?? child(node, 'left')
    if (target?.type !== 'Identifier' || target.name !== binding.name || node.start > before.end) return false
    return node.type === 'UpdateExpression' || /^[-+*/%|&^]/.test(String(node.operator))
  })
}

/** The values that the name can have where it is written: what a later assignment surely replaces is left out. */
function reaching(binding: Binding, at: Node): Binding['given'] {
  const before = binding.given.filter(({ value }) => value.start < at.end)
  const last = before.findLastIndex(({ value }) => isInside(at, branchOf(value)))
  return last < 0 ? before : before.slice(last)
}

/** The block, or the branch without braces, that the assignment is in. */
function branchOf(value: Node): Node {
  let next = value
  while (next.parent !== undefined) {
    const outer = next.parent
    if (/^(BlockStatement|Program|SwitchCase)$/.test(outer.type)) return outer
    if (/^(If|For|While)\w*Statement$|^(Logical|Conditional)Expression$/.test(outer.type)) return next
    next = outer
  }
  return above(value, 'Program') ?? next
}
