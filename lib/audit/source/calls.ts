import { posix } from 'node:path'
import { whenOfName } from './environment.js'
import { type Arguments, type Evaluator, type Follow, unknown } from './evaluate.js'
import type { Module } from './modules.js'
import { nodeConfig } from './node-config.js'
import { merged } from './objects.js'
import { randomSource } from './random.js'
import type { Binding } from './scope.js'
import { child, children, findAll, functionAround, memberName, type Node, unwrap } from './syntax.js'
import { fullName, type Origin, textOf, type Value } from './value.js'

/** What a call is worth: known functions are computed, the app's own are followed, others stay calls. */
export function evaluateCall(evaluator: Evaluator, node: Node, module: Module, follow: Follow): Value {
  const origin = { module, node }
  if (node.type === 'ImportExpression') return required(evaluator, child(node, 'source'), module, follow, origin)
  if (node.type === 'TaggedTemplateExpression') return unknown('a tagged template', origin)
  const called = child(node, 'callee')
  if (called === undefined) return unknown('nothing is called', origin)
  if (called.type === 'Import') return required(evaluator, children(node, 'arguments')[0], module, follow, origin)
  const callee = evaluator.evaluate(called, module, follow)
  const args = children(node, 'arguments')
  const kind = node.type === 'NewExpression' ? 'new' : 'call'
  const known = fullName(callee)
  if (known === 'require') return required(evaluator, args[0], module, follow, origin)
  return (
    randomCall(known, origin) ??
    pathCall(known, args, evaluator, module, follow, origin) ??
    environmentCall(known, callee, args, evaluator, module, follow, origin) ??
    mergeCall(known, args, evaluator, module, follow, origin) ??
    passThrough(known, args, evaluator, module, follow) ??
    configCall(evaluator, known, args, module, follow, origin) ??
    methodCall(evaluator, called, args, module, follow, origin) ??
    (kind === 'call' ? followed(evaluator, callee, args, module, follow) : undefined) ?? {
      kind,
      callee,
      arguments: args,
      origin,
    }
  )
}

function required(
  evaluator: Evaluator,
  argument: Node | undefined,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const value = argument && evaluator.evaluate(argument, module, follow)
  if (value?.kind === 'file') return fromPath(evaluator, value.name, follow, origin)
  if (value?.kind === 'derived') return fromFolder(evaluator, value, module, follow, origin)
  const name = textOf(value)
  if (name === undefined) return unknown('the module to load is computed', origin)
  const file = evaluator.modules.resolve(module.file, name)
  if (file !== undefined) return evaluator.exported(file, '*', origin, follow)
  return /^[./]/.test(name)
    ? unknown(`${name} is not in the repository`, origin)
    : { kind: 'import', package: name, path: [], origin }
}

/** `require('./env/' + process.env.NODE_ENV)`: every file that it may be, for the environment that its name tells. */
function fromFolder(
  evaluator: Evaluator,
  { from }: Value & { kind: 'derived' },
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  const [first] = from
  const prefix = first?.kind === 'file' ? `${first.name}/` : posix.join(posix.dirname(module.file), textOf(first) ?? '')
  const known = first?.kind === 'file' || /^\.{1,2}\//.test(textOf(first) ?? '')
  const files = known
    ? evaluator.modules.project.files.filter(
        (file) =>
          file.startsWith(prefix) &&
          /\.([cm]?[jt]s|json)$/.test(file) &&
          !file.slice(prefix.length).includes('/') &&
          file !== module.file,
      )
    : []
  if (files.length === 0 || files.length > 12) return unknown('the module to load is computed', origin)
  const options = files.map((file) => ({
    value: evaluator.exported(file, '*', origin, follow),
    when: whenOfName(posix.basename(file)),
  }))
  return { kind: 'either', how: 'assigned', options, origin }
}

function fromPath(evaluator: Evaluator, path: string, follow: Follow, origin: Origin): Value {
  const file = evaluator.modules.resolve('.', `./${path}`)
  return file === undefined
    ? unknown(`${path} is not in the repository`, origin)
    : evaluator.exported(file, '*', origin, follow)
}

/** `path.join(__dirname, 'config')`, and `process.cwd()`, which is the app's directory. */
function pathCall(
  name: string | undefined,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (name === 'process.cwd') return { kind: 'file', name: evaluator.modules.dir, origin }
  if (name === undefined || !/^(node:)?path\.(join|resolve|dirname|normalize)$/.test(name)) return undefined
  const parts = args
    .map((argument) => evaluator.evaluate(argument, module, follow))
    .map((value) => (value.kind === 'file' ? value.name : textOf(value)))
  if (parts.includes(undefined) || parts.length === 0) return unknown('a path that is computed', origin)
  const joined = posix.join(...(parts as string[]))
  const path = name.endsWith('dirname') ? posix.dirname(joined) : joined
  const isAbsolute = parts[0]?.startsWith('/')
  return isAbsolute ? { kind: 'literal', value: path, origin } : { kind: 'file', name: path, origin }
}

function randomCall(name: string | undefined, origin: Origin): Value | undefined {
  const via = randomSource(name)
  return via === undefined ? undefined : { kind: 'random', via, origin }
}

/** Helpers that read the environment: `env('X', default)` and its like of Strapi and env-var. */
function environmentCall(
  name: string | undefined,
  callee: Value,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  const isHelper = callee.kind === 'unknown' && /^env is a parameter$|^env\b/.test(callee.why)
  if (!isHelper && name !== 'env-var.get' && name !== '@strapi/utils.env') return undefined
  const variable = args[0] && textOf(evaluator.evaluate(args[0], module, follow))
  if (variable === undefined) return undefined
  const env: Value = { kind: 'env', name: variable, origin }
  if (args[1] === undefined) return env
  const fallback = evaluator.evaluate(args[1], module, follow)
  return {
    kind: 'either',
    how: '??',
    origin,
    options: [
      { value: env, when: 'any' },
      { value: fallback, when: 'any' },
    ],
  }
}

const merges =
  /^(Object\.assign|lodash\.(merge|assign|extend|defaults|defaultsDeep)|lodash\/(merge|assign|extend)|deepmerge|merge|extend|extend2|xtend|object-assign|merge-descriptors|_\.(merge|extend|assign))$/

function mergeCall(
  name: string | undefined,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (name === undefined || !merges.test(name)) return undefined
  const values = args
    .map((argument) => evaluator.evaluate(argument, module, follow))
    .filter((value) => !(value.kind === 'literal' && typeof value.value === 'boolean'))
  return merged(/defaults/.test(name) ? values.reverse() : values, origin, /merge|Deep|extend/.test(name))
}

const passing = new Set([
  'Object.freeze',
  'Object.seal',
  'String',
  'Number',
  'parseInt',
  'Number.parseInt',
  'parseFloat',
  'Boolean',
  'Array.from',
  'Buffer.from',
  'koa-convert',
  'Promise.resolve',
  'structuredClone',
  'Array.of',
])

/** Calls that answer what they are given, as far as we ask. */
function passThrough(
  name: string | undefined,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
): Value | undefined {
  if (name === undefined || !passing.has(name) || args[0] === undefined) return undefined
  const value = evaluator.evaluate(args[0], module, follow)
  if (name === 'Array.from' && value.kind === 'object')
    return args[1] ? (returned(evaluator, evaluator.evaluate(args[1], module, follow), [], follow) ?? value) : value
  return value.kind === 'literal' && /Number|parse/.test(name)
    ? { ...value, value: Number.parseFloat(String(value.value)) }
    : value
}

function configCall(
  evaluator: Evaluator,
  name: string | undefined,
  args: readonly Node[],
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (name === 'config-lite') return { kind: 'import', package: 'config-lite', path: [], origin }
  if (name !== 'config.get' && name !== 'config.util.toObject') return undefined
  const key = args[0] && textOf(evaluator.evaluate(args[0], module, follow))
  return key === undefined ? undefined : nodeConfig(evaluator, key, origin, follow)
}

const sameString = new Set([
  'trim',
  'toString',
  'toLowerCase',
  'toUpperCase',
  'replace',
  'replaceAll',
  'slice',
  'substring',
  'substr',
  'padStart',
  'padEnd',
  'valueOf',
  'normalize',
])
const sameList = new Set(['filter', 'map', 'slice', 'reverse', 'flat', 'sort', 'concat'])

/** Methods of strings and lists. */
function methodCall(
  evaluator: Evaluator,
  called: Node,
  args: readonly Node[],
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  const member = unwrap(called)
  const method = member.type === 'MemberExpression' ? memberName(member) : undefined
  const object = child(member, 'object')
  if (method === undefined || object === undefined) return undefined
  if (method === 'bind' || method === 'promisify') return boundFunction(evaluator.evaluate(object, module, follow))
  if (
    !sameString.has(method) &&
    !sameList.has(method) &&
    method !== 'split' &&
    method !== 'join' &&
    method !== 'digest' &&
    method !== 'update'
  )
    return undefined
  return apply(method, evaluator.evaluate(object, module, follow), args, evaluator, module, follow, origin)
}

/** `this.get.bind(this)` is `this.get`. */
const boundFunction = (value: Value): Value | undefined => (value.kind === 'function' ? value : undefined)

function apply(
  method: string,
  value: Value,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  if (value.kind === 'either') {
    const options = value.options.map((option) => ({
      ...option,
      value: apply(method, option.value, args, evaluator, module, follow, origin) ?? option.value,
    }))
    return { ...value, options }
  }
  if (value.kind === 'random') return value
  if (method === 'split') return split(value, args, evaluator, module, follow, origin)
  if (value.kind === 'array') return listMethod(method, value, args, evaluator, module, follow, origin)
  if (value.kind === 'literal' && method === 'trim') return { ...value, value: String(value.value).trim() }
  if (value.kind === 'literal' && sameString.has(method)) return { kind: 'derived', from: [value], via: method, origin }
  if (value.kind === 'env' || value.kind === 'derived') return { kind: 'derived', from: [value], via: method, origin }
  if (value.kind === 'call' && (method === 'update' || method === 'digest'))
    return { kind: 'derived', from: [value], via: method, origin }
  return undefined
}

function split(
  value: Value,
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value | undefined {
  const by = args[0] && textOf(evaluator.evaluate(args[0], module, follow))
  if (value.kind === 'literal' && by !== undefined) {
    const items = String(value.value)
      .split(by)
      .map((part): Value => ({ ...value, value: part }))
    return { kind: 'array', items, open: false, origin }
  }
  return value.kind === 'env' || value.kind === 'derived'
    ? { kind: 'derived', from: [value], via: 'split', origin }
    : undefined
}

function listMethod(
  method: string,
  value: Value & { kind: 'array' },
  args: readonly Node[],
  evaluator: Evaluator,
  module: Module,
  follow: Follow,
  origin: Origin,
): Value {
  if (method === 'join')
    return value.items.length === 1 && value.items[0]
      ? value.items[0]
      : { kind: 'derived', from: value.items, via: 'join', origin }
  if (method !== 'concat') return value
  const more = args.map((argument) => evaluator.evaluate(argument, module, follow))
  return { ...value, items: [...value.items, ...more.flatMap((each) => (each.kind === 'array' ? each.items : [each]))] }
}

/** A function of the app: what its `return` gives, with the arguments in place of the parameters. */
function followed(
  evaluator: Evaluator,
  callee: Value,
  args: readonly Node[],
  module: Module,
  follow: Follow,
): Value | undefined {
  if (callee.kind !== 'function') return undefined
  const values = args.map((argument) => evaluator.evaluate(argument, module, follow))
  return returned(evaluator, callee, values, follow)
}

function returned(evaluator: Evaluator, callee: Value, args: readonly Value[], follow: Follow): Value | undefined {
  if (callee.kind !== 'function') return undefined
  const { module, node } = callee.origin
  const given = { ...follow, given: withParameters(module, node, args, follow.given) }
  const body = child(node, 'body')
  if (body === undefined) return undefined
  if (body.type !== 'BlockStatement') return evaluator.evaluate(body, module, given)
  const values = findAll(body, 'ReturnStatement')
    .filter((each) => functionAround(each) === node)
    .flatMap((each) => child(each, 'argument') ?? [])
    .map((argument) => evaluator.evaluate(argument, module, given))
  if (values.length === 0) return undefined
  if (values.length === 1) return values[0]
  return {
    kind: 'either',
    how: 'assigned',
    options: values.map((value) => ({ value, when: 'any' })),
    origin: callee.origin,
  }
}

/** What a function answers, or the value itself: configuration is often a function of the framework's. */
export function resultOf(evaluator: Evaluator, value: Value, follow: Follow): Value {
  return (value.kind === 'function' ? returned(evaluator, value, [], follow) : undefined) ?? value
}

function withParameters(module: Module, node: Node, args: readonly Value[], outer: Arguments): Arguments {
  const given = new Map(outer)
  for (const [index, parameter] of children(node, 'params').entries()) {
    const isDefaulted = parameter.type === 'AssignmentPattern'
    const name = isDefaulted ? child(parameter, 'left') : parameter
    const binding: Binding | undefined =
      name?.type === 'Identifier' ? module.scopes.lookup(child(node, 'body') ?? node, String(name.name)) : undefined
    const value = args[index]
    if (binding !== undefined && value !== undefined && !(isDefaulted && value.kind === 'undefined'))
      given.set(binding, value)
    else if (binding !== undefined && !isDefaulted)
      given.set(binding, { kind: 'undefined', origin: { module, node: parameter } })
  }
  return given
}
