/**
 * A Koa app of any number of files, half of them JavaScript and half TypeScript, for measuring what reading it costs. What
 * its parts do is what parts of servers do: routes, services, tables, checks and small functions, which import each other.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes the app into the directory; answers how many bytes of source it has. */
export function writeShop(directory: string, files: number): number {
  const parts = Array.from({ length: files - 1 }, (_, index) => part(index))
  const texts = new Map([['package.json', manifest], ['server.js', server(parts)], ...parts])
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), text)
  }
  return [...texts.values()].reduce((sum, text) => sum + text.length, 0)
}

type File = readonly [path: string, text: string]

const manifest = JSON.stringify({
  name: 'shop',
  version: '1.0.0',
  scripts: { start: 'node server.js' },
  dependencies: { koa: '^2.15.0', 'koa-router': '^12.0.0', 'koa-session': '^6.4.0', ioredis: '^5.4.0' },
})

const server = (parts: readonly File[]) => `
const Koa = require('koa')
const session = require('koa-session')
const parts = [
${parts
  .filter(([file]) => file.includes('routes'))
  .map(([file]) => `  require('./${file}'),`)
  .join('\n')}
]
const app = new Koa()
app.keys = [process.env.SECRET_KEY]
app.use(session({ key: 'shop.sid', maxAge: 86400000, httpOnly: true }, app))
for (const part of parts) app.use(part.routes ? part.routes() : part.default.routes())
app.listen(process.env.PORT || 3000)
`

/** Five files make one part of the shop: its routes, service, table, checks and small functions. */
function part(index: number): File {
  const [feature, kind] = [Math.floor(index / 5), index % 5]
  const make = feature % 2 === 0 ? script : typed
  return make(`feature${feature}`, kind, feature)
}

const repeat = (times: number, line: (index: number) => string) =>
  Array.from({ length: times }, (_, i) => line(i)).join('\n')

function script(name: string, kind: number, feature: number): File {
  const at = `src/${name}`
  const other = Math.max(0, feature - 2)
  if (kind === 0)
    return [
      `${at}/routes.js`,
      `const Router = require('koa-router')
const service = require('./service')
const checks = require('./checks')
const router = new Router({ prefix: '/${name}' })
${repeat(
  12,
  (i) => `
router.get('/item${i}/:id', async (ctx) => {
  const { id } = ctx.params
  const page = Number(ctx.query.page || ${i})
  if (!checks.isId(id)) ctx.throw(400, 'item ${i} has no such id')
  const user = ctx.session && ctx.session.user
  const items = await service.find${i}(id, { page, user })
  ctx.body = { items: items.map((item) => ({ ...item, own: item.owner === user })), page }
})`,
)}
module.exports = router
`,
    ]
  if (kind === 1)
    return [
      `${at}/service.js`,
      `const table = require('./table')
const { shorten, total } = require('./small')
const neighbour = require('../feature${other}/service')
const limits = { page: 20, most: 100 }
${repeat(
  12,
  (i) => `
exports.find${i} = async function find${i}(id, { page, user }) {
  const rows = await table.select('${name}', { id, page, limit: limits.page })
  if (rows.length > limits.most) throw new Error(\`too many rows for \${id}: \${rows.length}\`)
  const sums = rows.reduce((all, row) => ({ ...all, [row.kind]: total(all[row.kind], row.price * row.count) }), {})
  const near = page > 1 && neighbour.find${i} ? await neighbour.find${i}(id, { page: page - 1, user }) : []
  return rows.map((row) => ({ ...row, title: shorten(row.title, 40), sum: sums[row.kind], near: near.length }))
}`,
)}
`,
    ]
  return [`${at}/${['table', 'checks', 'small'][kind - 2]}.js`, common(kind, name, '')]
}

function typed(name: string, kind: number, feature: number): File {
  const at = `src/${name}`
  const other = Math.max(1, feature - 2)
  if (kind === 0)
    return [
      `${at}/routes.ts`,
      `import type { Context } from 'koa'
import Router from 'koa-router'
import { isId } from './checks'
import { type Found, Service } from './service'

const router = new Router({ prefix: '/${name}' })
const service = new Service()
${repeat(
  12,
  (i) => `
router.post('/item${i}/:id', async (ctx: Context): Promise<void> => {
  const { id } = ctx.params as { id: string }
  const body = ctx.request.body as Partial<Found> | undefined
  if (!isId(id) || body?.title === undefined) return ctx.throw(400, 'item ${i} needs a title')
  const changed = await service.change${i}(id, { ...body, title: body.title.trim() }, ctx.session?.user?.id)
  ctx.status = changed ? 200 : 404
  ctx.body = changed ?? { error: 'not found' }
})`,
)}
export default router
`,
    ]
  if (kind === 1)
    return [
      `${at}/service.ts`,
      `import { isId } from './checks'
import { shorten, total } from './small'
import { select } from './table'
import { Service as Neighbour } from '../feature${other}/service'

export interface Found {
  readonly id: string
  title: string
  price: number
  count?: number
  tags: ReadonlyArray<string>
}

export class Service {
  private readonly options: Record<string, number> = { page: 20, most: 100 }
  constructor(protected readonly near?: Neighbour) {}
${repeat(
  12,
  (i) => `
  async change${i}(id: string, change: Partial<Found>, user?: string): Promise<Found | undefined> {
    const rows: Found[] = await select<Found>('${name}', { id, limit: this.options.page ?? 20 })
    const [first] = rows.filter((row): row is Found => isId(row.id) && row.title !== '')
    if (first === undefined) return this.near?.change${i}(id, change, user)
    const sum = rows.reduce<number>((all, { price, count = 1 }) => total(all, price * count), 0)
    return { ...first, ...change, title: shorten(change.title ?? first.title, 40), price: sum }
  }`,
)}
}
`,
    ]
  return [`${at}/${['table', 'checks', 'small'][kind - 2]}.ts`, common(kind, name, ': any')]
}

/** What reads the same in both languages, but for the types. */
function common(kind: number, name: string, any: string): string {
  const exported = (text: string) => (any === '' ? text : `export ${text}`)
  const names =
    kind === 2
      ? ['select', 'insert', 'remove']
      : kind === 3
        ? ['isId', 'isTitle', 'isPrice']
        : ['shorten', 'total', 'sorted']
  const bodies: Readonly<Record<number, string>> = {
    2: `  const columns = Object.keys(first ?? {}).map((key) => \`"\${key}"\`)
  const sql = \`select \${columns.join(', ')} from "${name}" where id = $1 limit \${second?.limit ?? 20}\`
  return connection.query(sql, [second?.id])`,
    3: `  if (typeof first !== 'string' || first.length > 64) return false
  return /^[a-z\\d-]+$/i.test(first) || (second !== undefined && first === String(second))`,
    4: `  const parts = String(first).split(' ')
  while (parts.length > 0 && parts.join(' ').length > Number(second)) parts.pop()
  return Array.isArray(first) ? first.slice().sort((a, b) => a - b) : typeof second === 'number' ? second + parts.length : parts.join(' ')`,
  }
  const wide = repeat(6, (i) =>
    exported(`function ${name}Of${i}(first${any}, second${any})${any} {
  switch (typeof first) {
    case 'number':
      return first > ${i} ? first * ${i + 1} : second
    case 'string':
      return { length: first.length, words: first.split(/\\s+/).length, kind: '${name}' }
    default:
      return Object.entries(first ?? {}).filter(([, value]) => value !== second)
  }
}`),
  )
  const functions = names.map((each) =>
    exported(
      `function ${each}${any === '' || each !== 'select' ? '' : '<T>'}(first${any}, second${any})${any} {\n${bodies[kind]}\n}`,
    ),
  )
  const open =
    kind === 2 ? `const connection${any} = { query: async (sql${any}, values${any}) => [{ sql, values }] }\n` : ''
  const close = any === '' ? `module.exports = { ${names.join(', ')} }\n` : ''
  return `${open}${functions.join('\n\n')}\n\n${wide}\n${close}`
}
