import type { LifecycleFact } from '../facts/lifecycle.js'
import { fieldOf, type Value } from '../source/value.js'
import type { CodeScope } from './code-scope.js'
import { type NamedCall, namedCalls } from './named-calls.js'

/** Where each library takes the size of its pool from: the way through the options. */
const sizes: readonly { readonly name: RegExp; readonly library: string; readonly paths: readonly string[] }[] = [
  { name: /^pg(\.default)?\.Pool$|^pg-pool$/, library: 'pg', paths: ['max'] },
  { name: /^(mysql2?|mysql2\/promise)\.createPool$/, library: 'mysql', paths: ['connectionLimit'] },
  { name: /^mariadb\.createPool$/, library: 'mariadb', paths: ['connectionLimit'] },
  { name: /^knex(\.knex|\.default)?$/, library: 'knex', paths: ['pool.max'] },
  { name: /^sequelize(\.Sequelize|-typescript\.Sequelize)?$/, library: 'sequelize', paths: ['pool.max'] },
  {
    name: /^(mongoose|mongodb\.MongoClient)\.(connect|createConnection)$/,
    library: 'mongodb',
    paths: ['maxPoolSize', 'poolSize', 'server.poolSize'],
  },
  { name: /^mongodb\.MongoClient$/, library: 'mongodb', paths: ['maxPoolSize', 'poolSize'] },
  {
    name: /^typeorm\.(DataSource|createConnection)$/,
    library: 'typeorm',
    paths: ['extra.max', 'extra.connectionLimit', 'poolSize'],
  },
]

const anywhere = /['"](pg|pg-pool|mysql2?|mariadb|knex|sequelize(-typescript)?|mongoose|mongodb|typeorm)\b/

/** Database pools whose size is written in code. Every process opens its own. */
export function collectPools(scope: CodeScope): LifecycleFact['pools'] {
  return namedCalls(scope, anywhere, /^(pg|mysql|mariadb|knex|sequelize|mongo|typeorm)/).flatMap((call) => {
    const known = sizes.find(({ name }) => name.test(call.name))
    const size = known && sizeOf(scope, call, known.paths)
    return known && size !== undefined ? [{ place: call.module.at(call.node), size, library: known.library }] : []
  })
}

function sizeOf(scope: CodeScope, call: NamedCall, paths: readonly string[]): number | undefined {
  for (const argument of call.arguments) {
    const options = scope.evaluator.ask(argument, call.module)
    for (const path of paths) {
      const value = path.split('.').reduce<Value | undefined>((inside, name) => fieldOf(inside, name)?.value, options)
      const size = value?.kind === 'literal' ? Number(value.value) : Number.NaN
      if (Number.isInteger(size) && size > 0) return size
    }
  }
  return undefined
}
