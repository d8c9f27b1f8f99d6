import type { Edit } from '../../edit.js'
import type { Module } from '../../source/modules.js'
import { child, children, dotted, findAll, type Node, statementAround } from '../../source/syntax.js'
import { type Call, NotPortable } from './given-options.js'

interface Imported {
  /** How the call says it. */
  readonly name: string
  readonly edits: readonly Edit[]
}

/** Loads ours as the file loads the other library, before the statement that did. `declared`: types that go with it. */
export function ourImport(call: Call, declared: string): Imported {
  const { module, node } = call
  const callee = child(node, 'callee')
  if (callee?.type === 'CallExpression') return { name: `require('koa-shared-session').sharedSession`, edits: [] }
  const root = dotted(callee)?.split('.')[0]
  const binding = root === undefined || callee === undefined ? undefined : module.scopes.lookup(callee, root)
  if (binding === undefined) throw new NotPortable('the library is loaded in a way that is not followed')
  const known = ourName(module)
  if (known !== undefined) return { name: known, edits: [] }
  const statement = statementAround(binding.declaration)
  const old = statement.type === 'ExportNamedDeclaration' ? (child(statement, 'declaration') ?? statement) : statement
  if (!/^(ImportDeclaration|TSImportEqualsDeclaration|VariableDeclaration)$/.test(old.type))
    throw new NotPortable('the library is loaded in a way that is not followed')
  const text = loading(module, old)
  const start = startOf(module.text, old)
  const at = (place: number, inserted: string): Edit => ({
    file: module.file,
    start: place,
    end: place,
    text: inserted,
  })
  const last = children(module.program, 'body').findLast(({ type }) => /^(TS)?Import(Equals)?Declaration$/.test(type))
  if (declared === '' || last === undefined || last.start <= old.start)
    return { name: 'sharedSession', edits: [at(start, `${text}${declared}`)] }
  return { name: 'sharedSession', edits: [at(start, text), at(lineAfter(module.text, last), declared)] }
}

/** Where the line after the statement begins. */
function lineAfter(text: string, { end }: Node): number {
  const next = text.indexOf('\n', end)
  return next === -1 ? text.length : next + 1
}

/** What the file calls sharedSession() already. */
function ourName(module: Module): string | undefined {
  return [...module.scopes.topLevel.values()].find(
    ({ from, given }) =>
      (from?.module === 'koa-shared-session' && /^(default|sharedSession)$/.test(from.name)) ||
      (given[0] !== undefined && /^require\(['"]koa-shared-session['"]\)/.test(module.slice(given[0].value))),
  )?.name
}

/** One line that loads ours, in the manner of the statement that loaded the other. */
function loading(module: Module, old: Node): string {
  const words = module.slice(old)
  const quote = /"/.test(words) && !/'/.test(words) ? '"' : "'"
  const end = words.trimEnd().endsWith(';') ? ';' : ''
  const indent = /[ \t]*$/.exec(module.text.slice(0, old.start))?.[0] ?? ''
  const source = `${quote}koa-shared-session${quote}`
  const isImport = old.type !== 'VariableDeclaration' || findAll(module.program, 'ImportDeclaration').length > 0
  const line = isImport
    ? `import { sharedSession } from ${source}${end}`
    : `${String(old.kind ?? 'const')} { sharedSession } = require(${source})${end}`
  return `${indent}${line}\n`
}

/** The start of the statement's line. */
function startOf(text: string, old: Node): number {
  const before = text.lastIndexOf('\n', old.start - 1) + 1
  return /^\s*$/.test(text.slice(before, old.start)) ? before : old.start
}
