import { posix } from 'node:path'
import type { ServedFact } from '../facts/lifecycle.js'
import type { Module } from '../source/modules.js'
import type { Node } from '../source/syntax.js'
import { fieldOf, textOf, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { namedCalls } from './named-calls.js'

const servers =
  /^(koa-static|koa-static-cache|koa-static-server|koa-serve|koa-better-static|@koa\/static|koa-static-plus|koa-middlewares\.staticCache|express\.static|serve-static|serve-index|koa-serve-static|@fastify\/static|koa-send)$/

const anywhere =
  /['"](@?koa[/-][\w-]*(static|serve|send)[\w-]*|koa-middlewares|serve-(static|index)|@fastify\/static)['"]|express\.static/

/** Directories that code serves to browsers. Paths are relative to the audited directory. */
export function collectServed(scope: CodeScope): ServedFact[] {
  return namedCalls(scope, anywhere, servers).map(({ module, node, name, arguments: given }) => {
    const paths = (name === 'koa-send' ? given.slice(2) : given).map((each) => folderOf(scope, each, module))
    return { path: paths.find((path) => path !== undefined), place: module.at(node) }
  })
}

/** The directory that an argument names: a path, or options with `root`, `rootDir` or `dir`. */
function folderOf(scope: CodeScope, node: Node, module: Module): string | undefined {
  const value = scope.evaluator.ask(node, module)
  if (value.kind !== 'object') return pathOf(scope, value)
  const field = ['root', 'rootDir', 'dir'].map((name) => fieldOf(value, name)?.value).find(Boolean)
  return field && pathOf(scope, field)
}

/** A path relative to the audited directory; one from the root of the disk stays as it is. */
export function pathOf(scope: CodeScope, value: Value): string | undefined {
  if (value.kind === 'file') return tidy(value.name)
  const text = textOf(value)
  if (text === undefined || text === '') return undefined
  return /^([a-z]:)?[\\/]/i.test(text) ? text : tidy(posix.join(scope.dir, text))
}

const tidy = (path: string) => posix.normalize(path).replace(/(?<=.)\/$/, '')
