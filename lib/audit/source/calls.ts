import { CallSite } from './call-site.js'
import { dataCall } from './data-calls.js'
import { derivingCall, listCall } from './deriving.js'
import type { Evaluator } from './evaluate.js'
import type { Follow } from './follow.js'
import { followed, returned } from './followed.js'
import { merged } from './merging.js'
import { methodCall } from './methods.js'
import type { Module } from './modules.js'
import { nodeConfig } from './node-config.js'
import { randomSource } from './random.js'
import { pathCall, required } from './required.js'
import { child, children, type Node } from './syntax.js'
import { fullName, unknown, type Value } from './value.js'

/** What a call is worth: known functions are computed, the app's own are followed, others stay calls. */
export function evaluateCall(evaluator: Evaluator, node: Node, module: Module, follow: Follow): Value {
  const origin = { module, node }
  if (node.type === 'ImportExpression') return required(evaluator, child(node, 'source'), module, follow, origin)
  if (node.type === 'TaggedTemplateExpression') return unknown('a tagged template', origin)
  const called = child(node, 'callee')
  if (called === undefined) return unknown('nothing is called', origin)
  if (called.type === 'Import') return required(evaluator, children(node, 'arguments')[0], module, follow, origin)
  const callee = evaluator.evaluate(called, module, follow)
  const kind = node.type === 'NewExpression' ? 'new' : 'call'
  const site = new CallSite(evaluator, origin, follow, fullName(callee))
  if (site.name === 'require') return required(evaluator, site.args[0], module, follow, origin)
  return (
    randomCall(site) ??
    pathCall(site) ??
    environmentCall(site, callee) ??
    mergeCall(site) ??
    derivingCall(site) ??
    listCall(site) ??
    dataCall(site) ??
    passThrough(site) ??
    configCall(site) ??
    methodCall(site, called) ??
    (kind === 'call' ? followed(site, callee) : undefined) ?? {
      kind,
      callee,
      arguments: site.args,
      origin,
    }
  )
}

function randomCall({ name, origin }: CallSite): Value | undefined {
  const via = randomSource(name)
  return via === undefined ? undefined : { kind: 'random', via, origin }
}

/** Helpers that read the environment: `env('X', default)` and its like of Strapi and env-var. */
function environmentCall(site: CallSite, callee: Value): Value | undefined {
  const { name, origin } = site
  const isHelper = callee.kind === 'unknown' && /^env is a parameter$|^env\b/.test(callee.why)
  if (!isHelper && name !== 'env-var.get' && name !== '@strapi/utils.env') return undefined
  const variable = site.text(0)
  if (variable === undefined) return undefined
  const env: Value = { kind: 'env', name: variable, origin }
  const fallback = site.argument(1)
  if (fallback === undefined) return env
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
  /^(Object\.assign|lodash[./](merge|mergeWith|assign|assignIn|extend|defaults|defaultsDeep)|deepmerge|merge|extend|extend2|xtend|object-assign|merge-descriptors|_\.(merge|extend|assign|defaults|defaultsDeep))$/

/** Merges that go into objects inside; `extend` does when its first argument says so. */
const deepMerges = /^(deepmerge|merge|lodash[./]merge(With)?|_\.merge)$|Deep$/

function mergeCall(site: CallSite): Value | undefined {
  const { name, origin } = site
  if (name === undefined || !merges.test(name)) return undefined
  const values = site.all()
  const deep = deepMerges.test(name) || (values[0]?.kind === 'literal' && values[0].value === true)
  return merged(/defaults/.test(name) ? values.reverse() : values, origin, deep)
}

const passing = new Set([
  'Object.freeze',
  'Object.seal',
  'deep-freeze',
  'deep-freeze-strict',
  'deepfreeze',
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
  'util.promisify',
  'node:util.promisify',
  'url.fileURLToPath',
  'node:url.fileURLToPath',
])

/** Calls that answer what they are given, as far as we ask. */
function passThrough(site: CallSite): Value | undefined {
  const { name, origin } = site
  if (name === undefined || !(passing.has(name) || name === 'JSON.parse')) return undefined
  const value = site.argument(0)
  if (value === undefined) return undefined
  if (name === 'JSON.parse')
    return /^(env|derived|either|call)$/.test(value.kind)
      ? { kind: 'derived', from: [value], via: name, origin }
      : undefined
  if (name === 'Array.from' && value.kind === 'object') {
    const made = site.argument(1)
    return made ? (returned(site.evaluator, made, [], site.follow) ?? value) : value
  }
  return value.kind === 'literal' && /Number|parse/.test(name)
    ? { ...value, value: Number.parseFloat(String(value.value)) }
    : value
}

function configCall(site: CallSite): Value | undefined {
  const { name, origin } = site
  if (name === 'config-lite') return { kind: 'import', package: 'config-lite', path: [], origin }
  if (name !== 'config.get' && name !== 'config.util.toObject') return undefined
  const key = site.text(0)
  return key === undefined ? undefined : nodeConfig(site.evaluator, key, origin, site.follow)
}
