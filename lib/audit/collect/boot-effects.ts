import type { BootEffectFact } from '../facts/lifecycle.js'
import { branchesOf, whenAround } from '../source/environment.js'
import type { Module } from '../source/modules.js'
import { child, children, dotted, findAll, memberName, type Node } from '../source/syntax.js'
import { fieldOf } from '../source/value.js'
import { runsAtStart } from './at-start.js'
import { type CodeScope, modulesWith } from './code-scope.js'

const anywhere =
  /\.sync\s*\(|migrate|umzug|[mM]igrations|synchronize|flush(db|all)|FLUSH(DB|ALL)|(sync|ensure|create)Indexes|\.pid['"`]|emptyDir|rimraf|\.rmSync|rmdirSync|prisma/i

/** What each process does at start that should be done once: migrations, schemas, an emptied directory or database, a pid file. */
export function collectBootEffects(scope: CodeScope): BootEffectFact[] {
  return modulesWith(scope, anywhere).flatMap((module) =>
    findAll(module.program, 'CallExpression', 'NewExpression').flatMap((node) => {
      const what = effectOf(scope, node, module)
      if (what === undefined || !runsAtStart(scope, node, module, isForOne)) return []
      return [{ what, place: module.at(node) }]
    }),
  )
}

const database = /(^|\.)(sequelize|seq|db|database|models?|conn\w*|connection|orm|dataSource|appDataSource)$/i

function effectOf(scope: CodeScope, node: Node, module: Module): string | undefined {
  const callee = child(node, 'callee')
  if (node.type === 'NewExpression') return undefined
  const path = dotted(callee) ?? ''
  const name = callee?.type === 'MemberExpression' ? (memberName(callee) ?? '') : path
  const holder = path.slice(0, Math.max(0, path.length - name.length - 1))
  const [first, second] = children(node, 'arguments')
  if (name === 'sync' && database.test(holder)) return ofSync(scope, first, module)
  if (/migrate\.(latest|up)$/.test(path)) return 'migrates the database (knex)'
  if (name === 'runMigrations') return 'migrates the database'
  if (/^umzug\.up$/i.test(path)) return 'migrates the database (umzug)'
  if (name === 'synchronize' && database.test(holder)) return 'synchronizes the schema of the database'
  if (/^(flushdb|flushall|flushDb|flushAll)$/.test(name) && !/cache|memo/i.test(holder))
    return 'empties the Redis database'
  if (/^exec(File)?(Sync)?$|^spawn(Sync)?$/.test(name) && /migrat|db push/.test(first ? module.slice(first) : ''))
    return 'migrates the database by a command'
  if (/^(writeFile|writeFileSync)$/.test(name) && /\.pid['"`]/.test(first ? module.slice(first) : ''))
    return 'writes a pid file'
  if (
    /^(emptyDir|emptyDirSync|rimraf|rmSync|rmdirSync|removeSync)$|^rimraf\.sync$/.test(
      /^rimraf/.test(path) ? path : name,
    )
  )
    return isFolder(first, second, module) ? 'empties a directory' : undefined
  return undefined
}

/** `sync({ force: true })` drops every table first. */
function ofSync(scope: CodeScope, options: Node | undefined, module: Module): string {
  const value = options && scope.evaluator.ask(options, module)
  const isSet = (name: string) => {
    const field = fieldOf(value, name)?.value
    return field?.kind === 'literal' && field.value === true
  }
  if (isSet('force')) return 'drops the tables of the database and makes them anew'
  return isSet('alter') ? 'alters the tables of the database' : 'makes the tables of the database'
}

const isFolder = (first: Node | undefined, second: Node | undefined, module: Module) =>
  first !== undefined &&
  !/\.\w{1,5}['"`]$/.test(module.slice(first)) &&
  !/tmp|temp/i.test(module.slice(first)) &&
  second?.value !== false

const oneProcess = /is(Master|Primary)\b|NODE_APP_INSTANCE|worker\.id|argv|--\w+/

/** Left to one process, to development, or to a command. */
function isForOne(node: Node, module: Module): boolean {
  const when = whenAround(node, module)
  if (when === 'development' || when === 'test') return true
  for (let next = node; next.parent !== undefined; next = next.parent) {
    const test = child(next.parent, 'test')
    if (test === undefined || test === next) continue
    if (oneProcess.test(module.slice(test)) || /require\.main/.test(module.slice(test))) return true
    const { yes } = branchesOf(test, module)
    if (next === child(next.parent, 'consequent') && (yes === 'development' || yes === 'test')) return true
  }
  return false
}
