import type { Module } from '../../source/modules.js'
import { above, child, children, dotted, functionTypes, memberName, type Node } from '../../source/syntax.js'
import type { CodeScope } from '../code-scope.js'
import { changeOf, usesOfName, usesOfVariable } from './aliases.js'
import { handlerAround, handlerOf } from './handlers.js'
import type { Holder } from './holders.js'

/** One use of a holder. */
export interface Access {
  readonly does: 'insert' | 'remove' | 'read'
  /** The expression that does it. */
  readonly node: Node
  readonly module: Module
  /** As written: `ctx.ip`. */
  readonly key: string | undefined
  readonly keyNode: Node | undefined
  readonly keyIsFixed: boolean
  readonly value: Node | undefined
  /** Adds to what is there: a counter, a list. */
  readonly accumulates: boolean
  /** The innermost function. */
  readonly inside: Node | undefined
  /** The handler in which it runs; undefined: at start, or nobody knows. */
  readonly handler: Node | undefined
}

/** What is done to a holder, where. */
export function accessesOf(scope: CodeScope, holder: Holder): Access[] {
  return holder.references.flatMap(({ node, module }) => {
    const act = actOf(deepest(node, holder.parts), module)
    if (act === undefined) return []
    const inside = above(node, ...functionTypes)
    const handler = holder.topLevel ? handlerOf(scope, node, module) : handlerAround(node, module)
    return [act, ...changesOf(act, module)].map((each) => ({ ...each, module, inside, handler }))
  })
}

/** What is done to the thing that was looked up, or put in, under another name: `const cart = carts.get(id)`, `cart.push(item)`. */
function changesOf(found: Act, module: Module): Act[] {
  const isLookup = found.does === 'read' && looksUp(found)
  if (found.does === 'read' && !isLookup) return []
  const uses = isLookup ? [found.node, ...usesOfVariable(found.node, module)] : usesAfter(found, module)
  const changes = uses.flatMap((use) => changeOf(use) ?? [])
  return changes.map(({ node, value }) => ({
    ...found,
    does: 'insert',
    node,
    value,
    accumulates: true,
  }))
}

/** `carts.get(id)`, `carts[id]`: the thing itself; what `filter` and `map` answer is a copy. */
function looksUp({ node, keyIsFixed }: Act): boolean {
  if (node.type === 'MemberExpression') return !keyIsFixed && node.computed === true
  return /^(get|peek|find|at)$/.test(memberName(child(node, 'callee') ?? node) ?? '')
}

/** A list is often filled before it is put in; only what comes later changes what is kept. */
function usesAfter({ does, node, value }: Act, module: Module): Node[] {
  if (does !== 'insert' || value?.type !== 'Identifier') return []
  return usesOfName(value, module).filter((use) => use.start > node.end)
}

type Act = Omit<Access, 'module' | 'inside' | 'handler'>

const inserting = /^(set|add|push|unshift|put|setItem)$/
const removing = /^(delete|del|remove|splice|shift|pop|clear|flush|flushAll|reset|take)$/
const reading =
  /^(get|has|peek|find\w*|filter|includes|indexOf|some|every|forEach|map|reduce|values|keys|entries|size|length|join|slice|at|sort)$/

/** `app.counter.users` for a use of `app.counter`: a list or map inside an object counts as the object. */
export function deepest(node: Node, parts: readonly string[]): Node {
  const parent = node.parent
  if (parent?.type !== 'MemberExpression' || child(parent, 'object') !== node || parent.computed === true) return node
  return parts.includes(memberName(parent) ?? '') ? parent : node
}

function actOf(node: Node, module: Module): Act | undefined {
  const parent = node.parent
  if (parent === undefined) return undefined
  if (parent.type === 'MemberExpression' && child(parent, 'object') === node) return onMember(parent, module)
  if (parent.type === 'AssignmentExpression' && child(parent, 'left') === node) return replaced(parent, module)
  return {
    does: 'read',
    node: parent,
    key: undefined,
    keyNode: undefined,
    keyIsFixed: false,
    value: undefined,
    accumulates: false,
  }
}

/** `users = users.filter(…)`, `users = [...users, one]`, `users = users.concat(one)`, `users = {}`. */
function replaced(assignment: Node, module: Module): Act {
  const value = child(assignment, 'right')
  const name = dotted(child(assignment, 'left')) ?? ''
  const again =
    value !== undefined && new RegExp(`\\.\\.\\.\\s*${name}\\b|^${name}\\.concat\\(`).test(module.slice(value))
  return {
    does: again ? 'insert' : 'remove',
    node: assignment,
    key: undefined,
    keyNode: undefined,
    keyIsFixed: false,
    value,
    accumulates: again,
  }
}

function onMember(member: Node, module: Module): Act | undefined {
  const name = memberName(member) ?? ''
  const outer = member.parent
  if (member.computed !== true && outer?.type === 'CallExpression' && child(outer, 'callee') === member)
    return ofMethod(name, outer, module)
  if (member.computed !== true && /^(size|length)$/.test(name) && outer?.type !== 'AssignmentExpression')
    return act('read', member, undefined, false)
  return onField(member, module)
}

const act = (does: Access['does'], node: Node, key: string | undefined, keyIsFixed: boolean): Act => ({
  does,
  node,
  key,
  keyNode: undefined,
  keyIsFixed,
  value: undefined,
  accumulates: false,
})

function ofMethod(name: string, call: Node, module: Module): Act | undefined {
  const [first, second] = children(call, 'arguments')
  const isKeyed = /^(set|put|setItem)$/.test(name)
  const key = first && (isKeyed || /^(get|has|delete|del|add)$/.test(name)) ? module.slice(first) : undefined
  if (inserting.test(name))
    return {
      ...act('insert', call, key, isKeyed && first?.type === 'Literal'),
      keyNode: isKeyed ? first : undefined,
      value: isKeyed ? second : first,
      accumulates: !isKeyed || addsUp(call, second, module),
    }
  if (removing.test(name)) return act('remove', call, key, false)
  return reading.test(name) ? act('read', call, key, false) : undefined
}

/** `hits.set(ip, (hits.get(ip) ?? 0) + 1)`. */
function addsUp(call: Node, value: Node | undefined, module: Module): boolean {
  const holder = child(child(call, 'callee'), 'object')
  return value !== undefined && holder !== undefined && module.slice(value).includes(`${module.slice(holder)}.get(`)
}

/** `users[id]`, `stats.visits`, and what is done to them. */
function onField(member: Node, module: Module): Act {
  const property = child(member, 'property')
  const key = property && module.slice(property)
  const keyIsFixed = member.computed !== true || property?.type === 'Literal'
  const field = { ...act('read', member, key, keyIsFixed), keyNode: member.computed === true ? property : undefined }
  const outer = member.parent
  if (outer === undefined) return field
  if (outer.type === 'UpdateExpression') return { ...field, does: 'insert', node: outer, accumulates: true }
  if (outer.type === 'UnaryExpression' && outer.operator === 'delete') return { ...field, does: 'remove', node: outer }
  if (outer.type === 'AssignmentExpression' && child(outer, 'left') === member) return assigned(field, outer, module)
  if (outer.type === 'MemberExpression' && child(outer, 'object') === member) return within(field, outer)
  return field
}

function assigned(field: Act, assignment: Node, module: Module): Act {
  const value = child(assignment, 'right')
  const isReset = value?.type === 'Identifier' && value.name === 'undefined'
  const self = child(assignment, 'left')
  const again = value !== undefined && self !== undefined && module.slice(value).includes(module.slice(self))
  return {
    ...field,
    does: isReset || value?.value === null ? 'remove' : 'insert',
    node: assignment,
    value,
    accumulates: assignment.operator === '+=' || assignment.operator === '-=' || (again && !isDefault(value)),
  }
}

/** `x[k] = x[k] || {}` fills a gap; it counts nothing. */
const isDefault = (value: Node | undefined) => value?.type === 'LogicalExpression'

/** `lists[key].push(one)`, `users[id].name = …`. */
function within(field: Act, inner: Node): Act {
  const name = memberName(inner) ?? ''
  const outer = inner.parent
  if (outer?.type === 'CallExpression' && inserting.test(name) && !field.keyIsFixed)
    return { ...field, does: 'insert', node: outer, value: children(outer, 'arguments')[0], accumulates: true }
  if (outer?.type === 'AssignmentExpression' && child(outer, 'left') === inner)
    return { ...field, does: 'insert', node: outer, value: child(outer, 'right'), accumulates: !field.keyIsFixed }
  if (outer?.type === 'UpdateExpression') return { ...field, does: 'insert', node: outer, accumulates: true }
  return field
}
