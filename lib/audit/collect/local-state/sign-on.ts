import type { LocalStateFact } from '../../facts/local-state.js'
import { fieldOf, type Value } from '../../source/value.js'
import type { CodeScope } from '../code-scope.js'
import { type NamedCall, namedCalls } from '../named-calls.js'

/** What a login needs between two requests, kept in memory by the library that makes it. */
export function signOnInMemory(scope: CodeScope): LocalStateFact[] {
  return [...saml(scope), ...openId(scope), ...shopify(scope), ...uploads(scope)]
}

/** SAML request ids are kept only where answers are checked against them. */
function saml(scope: CodeScope): LocalStateFact[] {
  const names =
    /^(@node-saml\/)?passport-saml\.(Strategy|MultiSamlStrategy|SamlStrategy)$|^@node-saml\/node-saml\.SAML$/
  return namedCalls(scope, /passport-saml|node-saml/, names).flatMap((call) => {
    const options = optionsOf(scope, call)
    const checks = fieldOf(options, 'validateInResponseTo')?.value
    if (checks === undefined || isOff(checks) || fieldOf(options, 'cacheProvider') !== undefined) return []
    return [fact(call, 'the ids of SAML requests, in memory', libraryOf(call), true)]
  })
}

const isOff = (value: Value) =>
  (value.kind === 'literal' && (value.value === false || value.value === 'never')) || value.kind === 'undefined'

/** oidc-provider without `adapter` keeps grants, codes and its own sessions in memory. */
function openId(scope: CodeScope): LocalStateFact[] {
  return namedCalls(scope, /oidc-provider/, /^oidc-provider(\.Provider|\.default)?$/).flatMap((call) => {
    const [, given] = call.arguments
    const options = given && scope.evaluator.ask(given, call.module)
    if (options !== undefined && (options.kind !== 'object' || options.open)) return []
    if (fieldOf(options, 'adapter') !== undefined) return []
    return [fact(call, 'grants, codes and sessions of oidc-provider, in memory', 'oidc-provider', true)]
  })
}

/** MemorySessionStorage: the shop's access token is known to one process. */
function shopify(scope: CodeScope): LocalStateFact[] {
  const names = /^@shopify\/[\w.-]+(\/[\w-]+)*\.(\w+\.)*MemorySessionStorage$/
  return namedCalls(scope, /MemorySessionStorage/, names).map((call) =>
    fact(call, 'the sessions of Shopify shops, in memory', libraryOf(call), true),
  )
}

/** tus: the lock of an upload. */
function uploads(scope: CodeScope): LocalStateFact[] {
  return namedCalls(scope, /@tus\/server/, /^@tus\/server\.(Server|MemoryLocker)$/).flatMap((call) => {
    const options = optionsOf(scope, call)
    if (call.name.endsWith('.Server') && (fieldOf(options, 'locker') !== undefined || options?.kind !== 'object'))
      return []
    return [fact(call, 'the locks of uploads, in memory', '@tus/server', false)]
  })
}

function optionsOf(scope: CodeScope, { arguments: [first], module }: NamedCall): Value | undefined {
  return first && scope.evaluator.ask(first, module)
}

const libraryOf = ({ name }: NamedCall) => /^(@[^/]+\/)?[^./]+/.exec(name)?.[0] ?? name

const fact = ({ node, module }: NamedCall, what: string, library: string, login: boolean): LocalStateFact => ({
  kind: 'sign-on',
  what,
  place: module.at(node),
  confidence: 'high',
  identity: login,
  carriesLogin: login,
  library,
  uses: [],
})
