import type { TrustFact } from '../facts/proxy.js'
import { child, children, dotted, findAll, isFunction, memberName, unwrap } from '../source/syntax.js'
import { fieldOf, fullName, optionsOf, textOf, type Value } from '../source/value.js'
import { type CodeScope, modulesWith } from './code-scope.js'
import type { KoaInstance } from './instances.js'
import { namedCalls } from './named-calls.js'

/** Whether the app believes X-Forwarded-Proto: `app.proxy`, `new Koa({ proxy })`, Express's `trust proxy`. */
export function collectTrust(scope: CodeScope, instances: readonly KoaInstance[]): TrustFact[] {
  return [
    ...fromInstances(scope, instances),
    ...fromWrites(scope, instances),
    ...fromExpress(scope),
    ...fromFastify(scope),
  ]
}

function fromInstances(scope: CodeScope, instances: readonly KoaInstance[]): TrustFact[] {
  return instances.flatMap(({ module, node }) => {
    const argument = children(node, 'arguments')[0]
    const options = argument && scope.evaluator.ask(argument, module)
    const field = options && fieldOf(options, 'proxy')
    return field
      ? [
          {
            value: truth(field.value),
            place: field.module.at(field.node),
            limited: fieldOf(options, 'maxIpsCount') !== undefined,
          },
        ]
      : []
  })
}

function fromWrites(scope: CodeScope, instances: readonly KoaInstance[]): TrustFact[] {
  return modulesWith(scope, /\.proxy\s*=[^=]/).flatMap((module) =>
    module.scopes.memberWrites.flatMap(({ target, value, node }) => {
      const holder = child(target, 'object')
      if (memberName(target) !== 'proxy' || holder === undefined || !isKoa(scope, module, holder, instances)) return []
      const limited = /maxIpsCount\s*=/.test(module.text)
      return [{ value: truth(scope.evaluator.ask(value, module)), place: module.at(node), limited }]
    }),
  )
}

function isKoa(
  scope: CodeScope,
  module: Parameters<CodeScope['evaluator']['ask']>[1],
  holder: Parameters<CodeScope['evaluator']['ask']>[0],
  instances: readonly KoaInstance[],
): boolean {
  const value = scope.evaluator.ask(holder, module)
  if (value.kind === 'new' || value.kind === 'call')
    return /^(koa|@koa\/koa|koa-application)/.test(fullName(value.callee) ?? '')
  const name = dotted(holder) ?? ''
  return instances.some((each) => each.name === name) || /(^|\.)(app|koa|server|api)$/i.test(name)
}

function fromExpress(scope: CodeScope): TrustFact[] {
  return modulesWith(scope, /trust proxy|trustProxy/).flatMap((module) =>
    findAll(module.program, 'CallExpression').flatMap((node) => {
      const [first, second] = children(node, 'arguments')
      const method = memberName(child(node, 'callee') ?? node)
      if (first === undefined || textOf(scope.evaluator.ask(first, module)) !== 'trust proxy') return []
      const value =
        method === 'enable' ? true : method === 'disable' ? false : second && truth(scope.evaluator.ask(second, module))
      return value === undefined ? [] : [{ value, place: module.at(node), limited: true }]
    }),
  )
}

/** `Fastify({ trustProxy: true })`; a number, addresses or a function say whom it trusts. */
function fromFastify(scope: CodeScope): TrustFact[] {
  return namedCalls(scope, /trustProxy/, /^fastify(\.(default|fastify))?$/).flatMap(
    ({ arguments: [first], module }) => {
      const field = first && fieldOf(scope.evaluator.ask(first, module), 'trustProxy')
      if (!field) return []
      const chosen = isFunction(unwrap(field.node)) || field.value.kind === 'array'
      const value = chosen || truth(field.value)
      const limited = field.value.kind !== 'literal' || field.value.value !== true
      return [{ value, place: field.module.at(field.node), limited }]
    },
  )
}

function truth(value: Value): TrustFact['value'] {
  const options = optionsOf(value)
  const production =
    options.find(({ when }) => when === 'production')?.value ?? (options.length === 1 ? options[0]?.value : undefined)
  if (production?.kind === 'literal') return Boolean(production.value)
  if (value.kind === 'undefined') return false
  return 'unknown'
}
