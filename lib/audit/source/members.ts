import { posix } from 'node:path'
import { whenOfName } from './environment.js'
import type { Evaluator } from './evaluate.js'
import { deepest, type Follow } from './follow.js'
import { resultOf } from './followed.js'
import { valueOfGlobal } from './globals.js'
import type { Module } from './modules.js'
import { isElsewhere, nodeConfig } from './node-config.js'
import { child, children, isInside, keyName, memberName, type Node } from './syntax.js'
import { distinct, type Field, fullName, type Origin, unknown, type Value } from './value.js'

export function valueOfMember(evaluator: Evaluator, node: Node, module: Module, follow: Follow, origin: Origin): Value {
  const object = child(node, 'object')
  if (object === undefined) return unknown('nothing is there', origin)
  const holder = evaluator.evaluate(object, module, follow)
  const name = memberName(node) ?? computedName(evaluator, node, module, follow)
  if (name === undefined) return anyMember(holder, origin)
  return evaluator.memberOf(holder, name, follow, origin)
}

function computedName(evaluator: Evaluator, node: Node, module: Module, follow: Follow): string | undefined {
  const property = node.computed === true ? child(node, 'property') : undefined
  if (property === undefined) return undefined
  const value = evaluator.evaluate(property, module, follow)
  return value.kind === 'literal' ? String(value.value) : undefined
}

/** `configs[process.env.NODE_ENV]`: each field, for the environment that its name tells. */
function anyMember(holder: Value, origin: Origin): Value {
  if (holder.kind !== 'object' || holder.fields.size === 0)
    return unknown('the name of the property is computed', origin)
  const options = [...holder.fields].map(([name, field]) => ({ value: field.value, when: whenOfName(name) }))
  return { kind: 'either', options, how: 'assigned', origin }
}

/** What `value.name` is worth. */
export function memberOf(evaluator: Evaluator, value: Value, name: string, follow: Follow, origin: Origin): Value {
  switch (value.kind) {
    case 'object':
      return ownField(value, name, origin)
    case 'array':
      return value.items[Number(name)] ?? unknown('an element of a list', origin)
    case 'either':
      return eitherMember(evaluator, value, name, follow, origin)
    case 'import':
      return name === 'default' ? value : importedMember(evaluator, value, name, follow, origin)
    case 'namespace':
      return evaluator.exported(value.file, name, origin, follow)
    case 'global':
      return value.path.join() === 'module' && name === 'exports'
        ? evaluator.exported(origin.module.file, '*', origin, follow)
        : (ofGlobalObject(evaluator, value, name, follow) ?? globalMember(value, name, origin))
    case 'call':
      return callMember(value, name, origin)
    case 'new':
      return instanceMember(evaluator, value, name, follow, origin)
    case 'class':
      return classMember(evaluator, value.origin, name, follow, origin, true)
    case 'unknown':
      return value
    default:
      return unknown(`.${name} of a ${value.kind}`, origin)
  }
}

/** A package's export; of `config` and `config-lite`, what the app's own files say. */
function importedMember(
  evaluator: Evaluator,
  value: Value & { kind: 'import' },
  name: string,
  follow: Follow,
  origin: Origin,
): Value {
  const inside = importMember(value, name, origin)
  if (!/^config(-lite)?$/.test(value.package) || /^(get|has|util)$/.test(name)) return inside
  const found = nodeConfig(evaluator, [...value.path, name].join('.'), origin, follow)
  return found.kind === 'unknown' && !isElsewhere(found) ? inside : found
}

function ownField(value: Value & { kind: 'object' }, name: string, origin: Origin): Value {
  const field = value.fields.get(name)
  if (field !== undefined) return tagged(field)
  if (name === 'default') return value
  return value.open ? unknown(`${name} may come from what is spread`, origin) : { kind: 'undefined', origin }
}

function eitherMember(
  evaluator: Evaluator,
  value: Value & { kind: 'either' },
  name: string,
  follow: Follow,
  origin: Origin,
): Value {
  const options = distinct(
    value.options.map((option) => ({ ...option, value: evaluator.memberOf(option.value, name, follow, origin) })),
  )
  const [only] = options
  if (only !== undefined && options.length === 1 && only.when === 'any') return only.value
  return { ...value, options }
}

function instanceMember(
  evaluator: Evaluator,
  value: Value & { kind: 'new' },
  name: string,
  follow: Follow,
  origin: Origin,
): Value {
  return value.callee.kind === 'class'
    ? classMember(evaluator, value.callee.origin, name, follow, origin, false)
    : unknown(`.${name} of an object`, origin)
}

/** A field of a class: its initial value, what the constructor gives `this.name`, or the class above says. */
function classMember(
  evaluator: Evaluator,
  of: Origin,
  name: string,
  follow: Follow,
  origin: Origin,
  isStatic: boolean,
): Value {
  const own = ownMember(evaluator, of, name, follow, isStatic)
  if (own !== undefined) return own
  const parent = child(of.node, 'superClass')
  const above = parent && evaluator.evaluate(parent, of.module, follow)
  return above?.kind === 'class' && !evaluator.memo.isDeeper(follow.depth, deepest - 1)
    ? classMember(evaluator, above.origin, name, { ...follow, depth: follow.depth + 1 }, origin, isStatic)
    : unknown(`.${name} of a class`, origin)
}

function ownMember(
  evaluator: Evaluator,
  { module, node }: Origin,
  name: string,
  follow: Follow,
  isStatic: boolean,
): Value | undefined {
  const members = children(child(node, 'body'), 'body')
  const field = members.find((each) => (each.static === true) === isStatic && keyName(each) === name)
  const initial = child(field, 'value')
  if (initial !== undefined) {
    const value = evaluator.evaluate(initial, module, follow)
    return field?.kind === 'get' ? resultOf(evaluator, value, follow) : value
  }
  const write = module.scopes.memberWrites.find(
    ({ target }) =>
      memberName(target) === name && child(target, 'object')?.type === 'ThisExpression' && isInside(target, node),
  )
  if (write !== undefined) return evaluator.evaluate(write.value, module, follow)
  const given = isStatic ? undefined : parameterField(members, name)
  return given && evaluator.evaluate(given, module, follow)
}

/** `constructor(private readonly name: string)`: the name, where it is a field. */
function parameterField(members: readonly Node[], name: string): Node | undefined {
  const made = child(
    members.find((each) => each.kind === 'constructor'),
    'value',
  )
  return children(made, 'params')
    .filter(({ type }) => type === 'TSParameterProperty')
    .map((each) => child(each, 'parameter'))
    .find((each) => each?.name === name)
}

function tagged(field: Field): Value {
  if (field.when === 'any') return field.value
  return {
    kind: 'either',
    how: 'assigned',
    options: [{ value: field.value, when: field.when }],
    origin: field.value.origin,
  }
}

/** `global.config`, which some file sets. */
const ofGlobalObject = (evaluator: Evaluator, { path }: Value & { kind: 'global' }, name: string, follow: Follow) =>
  /^global(This)?$/.test(path.join('.')) ? valueOfGlobal(evaluator, name, follow) : undefined

function globalMember(value: Value & { kind: 'global' }, name: string, origin: Origin): Value {
  const path =
    /^(global|globalThis)$/.test(value.path.join('.')) && wellKnown.test(name) ? [name] : [...value.path, name]
  const ofModule = path.slice(0, 2).join('.') === 'import.meta' ? path[2] : undefined
  if (path.length === 3 && ofModule === 'dirname')
    return { kind: 'file', name: posix.dirname(origin.module.file), origin }
  if (path.length === 3 && /^(url|filename)$/.test(ofModule ?? ''))
    return { kind: 'file', name: origin.module.file, origin }
  if (path.length === 3 && path[0] === 'process' && path[1] === 'env') return { kind: 'env', name, origin }
  if (path.length === 4 && path.slice(0, 3).join('.') === 'import.meta.env') return { kind: 'env', name, origin }
  return { kind: 'global', path, origin }
}

const wellKnown = /^(process|crypto|Math|Date|performance)$/

/** `dotenv.config().parsed` holds what goes to the environment. */
function callMember(value: Value & { kind: 'call' }, name: string, origin: Origin): Value {
  if (name === 'parsed' && fullName(value.callee) === 'dotenv.config')
    return { kind: 'global', path: ['process', 'env'], origin }
  return unknown(`.${name} of a call`, origin)
}

/** `import process from 'node:process'` is the global by another way. */
function importMember(value: Value & { kind: 'import' }, name: string, origin: Origin): Value {
  const path = value.path.filter((part) => part !== 'default')
  if (/^(node:)?process$/.test(value.package) && path.length === 1 && path[0] === 'env')
    return { kind: 'env', name, origin }
  return { ...value, path: [...value.path, name] }
}
