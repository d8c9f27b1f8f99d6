import type { CallSite } from './call-site.js'
import { child, memberName, type Node, unwrap } from './syntax.js'
import { textOf, type Value } from './value.js'

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
  'repeat',
  'padStart',
  'padEnd',
  'valueOf',
  'normalize',
])
const sameList = new Set(['filter', 'map', 'slice', 'reverse', 'flat', 'sort', 'concat'])

/** Methods of strings and lists. */
export function methodCall(site: CallSite, called: Node): Value | undefined {
  const member = unwrap(called)
  const method = member.type === 'MemberExpression' ? memberName(member) : undefined
  const object = child(member, 'object')
  if (method === undefined || object === undefined) return undefined
  if (method === 'bind' || method === 'promisify') return boundFunction(site.worth(object))
  if (
    !sameString.has(method) &&
    !sameList.has(method) &&
    method !== 'split' &&
    method !== 'join' &&
    method !== 'digest' &&
    method !== 'update'
  )
    return undefined
  return apply(method, site.worth(object), site)
}

/** `this.get.bind(this)` is `this.get`. */
const boundFunction = (value: Value): Value | undefined => (value.kind === 'function' ? value : undefined)

function apply(method: string, value: Value, site: CallSite): Value | undefined {
  const { origin } = site
  if (value.kind === 'either') {
    const options = value.options.map((option) => ({
      ...option,
      value: apply(method, option.value, site) ?? option.value,
    }))
    return { ...value, options }
  }
  if (value.kind === 'random') return value
  if (method === 'split') return split(value, site)
  if (value.kind === 'array') return listMethod(method, value, site)
  if (value.kind === 'literal' && method === 'trim') return { ...value, value: String(value.value).trim() }
  if (value.kind === 'literal' && sameString.has(method)) return { kind: 'derived', from: [value], via: method, origin }
  if (method === 'update') return updated(value, site)
  return value.kind === 'env' || value.kind === 'derived' || value.kind === 'call'
    ? { kind: 'derived', from: [value], via: method, origin }
    : undefined
}

/** `createHash('sha256').update(x)`: made of `x` too. */
function updated(value: Value, site: CallSite): Value | undefined {
  if (value.kind !== 'derived' && value.kind !== 'call') return undefined
  const given = site.argument(0)
  return { kind: 'derived', from: given ? [value, given] : [value], via: 'update', origin: site.origin }
}

function split(value: Value, site: CallSite): Value | undefined {
  const { origin } = site
  const by = site.text(0)
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

function listMethod(method: string, value: Value & { kind: 'array' }, site: CallSite): Value {
  if (method === 'join') return joined(value, site)
  if (method !== 'concat') return value
  return {
    ...value,
    items: [...value.items, ...site.all().flatMap((each) => (each.kind === 'array' ? each.items : [each]))],
  }
}

/** One text of the items, where all are known. */
function joined({ items }: Value & { kind: 'array' }, site: CallSite): Value {
  const { origin } = site
  if (items.length === 1 && items[0]) return items[0]
  const by = site.args.length === 0 ? ',' : site.text(0)
  const texts = items.map(textOf)
  return by !== undefined && texts.every((text) => text !== undefined)
    ? { kind: 'literal', value: texts.join(by), origin }
    : { kind: 'derived', from: items, via: 'join', origin }
}
