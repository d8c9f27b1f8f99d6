import type { When } from '../facts/when.js'
import type { Module } from './modules.js'
import { child, type Node } from './syntax.js'

const words: readonly (readonly [RegExp, When])[] = [
  [/(^|[^a-z])(prod|production|live|online|release)([^a-z]|$)/i, 'production'],
  [/(^|[^a-z])(dev|develop|development|local|debug|staging|preprod|uat|stage)([^a-z]|$)/i, 'development'],
  [/(^|[^a-z])(test|tests|testing|unittest|ci|e2e|spec)([^a-z]|$)/i, 'test'],
]

/** The environment that a name tells: `config.prod.ts`, `development`. */
export function whenOfName(name: string): When {
  return words.find(([pattern]) => pattern.test(name))?.[1] ?? 'any'
}

export const otherThan = (when: When): When =>
  when === 'production' ? 'development' : when === 'any' ? 'any' : 'production'

/** What holds in the two branches of a condition on NODE_ENV or the like. */
export function branchesOf(test: Node, module: Module): { readonly yes: When; readonly no: When } {
  const text = module.slice(test)
  const compared =
    /(?:NODE_ENV|\benv\b|\.env\(\)|mode|environment)\W{0,40}?(!==?|===?|\.includes\(|\.startsWith\()\W*['"`](\w+)['"`]/i.exec(
      text,
    )
  if (compared) {
    const when = whenOfName(compared[2] ?? '')
    return (compared[1] ?? '').startsWith('!') ? { yes: otherThan(when), no: when } : { yes: when, no: otherThan(when) }
  }
  const reversed = /^\(?['"`](\w+)['"`]\s*(!==?|===?)\s*[\w.?[\]'"]*(?:NODE_ENV|\benv\b|mode|environment)\b/i.exec(text)
  if (reversed) {
    const when = whenOfName(reversed[1] ?? '')
    return reversed[2]?.startsWith('!') ? { yes: otherThan(when), no: when } : { yes: when, no: otherThan(when) }
  }
  const flag = /^(!*)\s*[\w.]*?\b(?:is_?)?(prod|production|dev|development|debug|test|testing)\b\s*(?:\(\))?$/i.exec(
    text,
  )
  if (flag) {
    const when = whenOfName(flag[2] ?? '')
    return flag[1] === '!' ? { yes: otherThan(when), no: when } : { yes: when, no: otherThan(when) }
  }
  return { yes: 'any', no: 'any' }
}

/** The environment in which this node runs at all, by the conditions around it. */
export function whenAround(node: Node, module: Module): When {
  for (let next = node; next.parent !== undefined; next = next.parent) {
    const above = next.parent
    if (above.type === 'SwitchCase' && next !== child(above, 'test')) {
      const when = whenOfCase(above, module)
      if (when !== 'any') return when
    }
    if (above.type !== 'IfStatement' && above.type !== 'ConditionalExpression') continue
    const test = child(above, 'test')
    if (test === undefined || next === test) continue
    const { yes, no } = branchesOf(test, module)
    const when = next === child(above, 'consequent') ? yes : no
    if (when !== 'any') return when
  }
  return 'any'
}

/** `case 'production':` of a switch over the environment. */
function whenOfCase(node: Node, module: Module): When {
  const [subject, test] = [node.parent && child(node.parent, 'discriminant'), child(node, 'test')]
  if (subject === undefined || typeof test?.value !== 'string') return 'any'
  return /NODE_ENV|\benv\b|mode|environment/i.test(module.slice(subject)) ? whenOfName(test.value) : 'any'
}
