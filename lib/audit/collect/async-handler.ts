import type { Edit } from '../edit.js'
import type { Module } from '../source/modules.js'
import { child, children, dotted, keyName, memberName, type Node } from '../source/syntax.js'
import type { CodeScope } from './code-scope.js'

const verbs = 'get|post|put|patch|del|delete|all|use|head|options'
const mounts = new RegExp(`^(${verbs})$`)

/** Makes a middleware async, where only a router or the app calls it: Koa waits for both kinds alike. */
export function makeAsync(scope: CodeScope, module: Module, handler: Node): Edit | undefined {
  if (handler.async === true || handler.generator === true) return undefined
  const [first] = children(handler, 'params')
  if (!/^(ctx|context|c)$/.test(dotted(first) ?? '')) return undefined
  const { parent } = handler
  const isMethod = parent?.type === 'MethodDefinition' || parent?.method === true
  if (!isMounted(handler) && !isOnlyMounted(scope, nameOf(handler))) return undefined
  const place = isMethod && parent !== undefined ? child(parent, 'key') : handler
  if (place === undefined || parent?.kind === 'get') return undefined
  return { file: module.file, start: place.start, end: place.start, text: 'async ' }
}

function isMounted(handler: Node): boolean {
  const callee = child(handler.parent, 'callee')
  return callee !== undefined && callee !== handler && mounts.test(memberName(callee) ?? '')
}

/** `login` of `exports.login = …`, `{ login() … }`, `const login = …`, `function login`. */
function nameOf(handler: Node): string | undefined {
  const { parent } = handler
  const own = child(handler, 'id') ?? child(parent, 'id') ?? child(parent, 'left')
  if (own !== undefined) return dotted(own)?.split('.').at(-1)
  return parent === undefined ? undefined : keyName(parent)
}

/** Somewhere a router is given it, and nowhere it is called. */
function isOnlyMounted({ server, modules }: CodeScope, name: string | undefined): boolean {
  if (name === undefined || !/^\w+$/.test(name)) return false
  const texts = server.map((file) => modules.project.text(file) ?? '')
  const given = new RegExp(`\\.(${verbs})\\s*\\([^;{}]*[\\s,.]${name}\\s*[,)]`)
  const called = new RegExp(
    `(?<!function\\s)(?<!['"\`/])\\b${name}\\s*\\((?!\\s*(ctx|context|c)\\b[^)]*\\)\\s*(:[^{]*)?\\{)`,
  )
  return texts.some((text) => given.test(text)) && !texts.some((text) => called.test(text))
}
