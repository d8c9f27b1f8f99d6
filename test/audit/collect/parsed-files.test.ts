import { expect } from 'chai'
import { collectInstances } from '../../../lib/audit/collect/instances.js'
import { collectLocalState } from '../../../lib/audit/collect/local-state.js'
import { collectLogins, collectLogouts } from '../../../lib/audit/collect/routes.js'
import { collectSessionCalls } from '../../../lib/audit/collect/sessions.js'
import { scopeOfFiles } from '../memory-scope.js'
import { appOf } from './small-app.js'

const handlers = (set: string, get: string) => `
const Router = require('@koa/router')
const router = new Router()
router.post('/carts/:id', (ctx) => { ${set}; ctx.body = 'ok' })
router.get('/carts/:id', (ctx) => { ctx.body = ${get} })
module.exports = router`

/** How a module may keep what requests put in: its source after, or around, the handlers. */
const ofModule: Readonly<Record<string, string>> = {
  'a Map': `const carts = new Map()${handlers('carts.set(ctx.params.id, ctx.request.body)', 'carts.get(ctx.params.id)')}`,
  'an object': `const carts = {}${handlers('carts[ctx.params.id] = ctx.request.body', 'carts[ctx.params.id]')}`,
  'a list': `const carts = []${handlers('carts.push(ctx.request.body)', 'carts.find((one) => one.id === ctx.params.id)')}`,
  'one of several in a declaration': `const first = 1,\n  carts = {}${handlers('carts[ctx.params.id] = ctx.request.body', 'carts[ctx.params.id]')}`,
  'with a comma before': `var first = 1\n  , carts = {}\n  , last = 2${handlers('carts[ctx.params.id] = ctx.request.body', 'carts[ctx.params.id]')}`,
  'under a name with a $': `const $carts = new Map()${handlers('$carts.set(ctx.params.id, ctx.request.body)', '$carts.get(ctx.params.id)')}`,
  'inside an object': `const state = { carts: {} }${handlers('state.carts[ctx.params.id] = ctx.request.body', 'state.carts[ctx.params.id]')}`,
  'made anew with what was there': `let carts = []${handlers('carts = [...carts, ctx.request.body]', 'carts.find((one) => one.id === ctx.params.id)')}`,
  'joined with what was there': `let carts = []${handlers('carts = carts.concat(ctx.request.body)', 'carts.find((one) => one.id === ctx.params.id)')}`,
  'changed through another name': `const carts = new Map()${handlers('const cart = carts.get(ctx.params.id); cart.items.push(ctx.request.body)', 'carts.get(ctx.params.id)')}`,
  'counted up': `const visits = {}${handlers('visits[ctx.params.id] = (visits[ctx.params.id] || 0) + 1', 'visits[ctx.params.id]')}`,
  'of the app': `app.context.carts = {}${handlers('ctx.carts[ctx.params.id] = ctx.request.body', 'ctx.carts[ctx.params.id]')}`,
  'of the process': `global.carts = {}${handlers('global.carts[ctx.params.id] = ctx.request.body', 'global.carts[ctx.params.id]')}`,
  'in a file that is indented': `  const carts = {}${handlers('carts[ctx.params.id] = ctx.request.body', 'carts[ctx.params.id]').replace(/^/gm, '  ')}`,
  'in a function that makes handlers': `module.exports = function makeRoutes() {
  const carts = new Map()
  return {
    save: (ctx) => { carts.set(ctx.params.id, ctx.request.body) },
    load: (ctx) => { ctx.body = carts.get(ctx.params.id) },
  }
}`,
  'a variable': `let last${handlers('last = ctx.request.body', 'last')}`,
  'a number': `let orders = 0${handlers('orders += 1; ctx.status = 201', 'orders')}`,
}

const typed: Readonly<Record<string, string>> = {
  'with a type': 'const carts: Record<string, Cart> = {}',
  'with a type that has an arrow': 'const carts: Record<string, () => void> = {}',
  'with a type of several lines': 'const carts: {\n  [id: string]: Cart\n} = {}',
  'that is exported': 'export const carts: Record<string, Cart> = {}',
}

/** Kept in one file, changed in another. */
const exported: Readonly<Record<string, readonly [string, string]>> = {
  'by its name': ['exports.carts = carts', "const { carts } = require('./kept')"],
  'as the module': ['module.exports = carts', "const carts = require('./kept')"],
  'in an object': ['module.exports = { first: 1,\n  carts,\n}', "const { carts } = require('./kept')"],
  'by an export at the end': ['export { carts }', "import { carts } from './kept'"],
  'as the default': ['export default carts', "import carts from './kept'"],
}

const found = async (files: Readonly<Record<string, string>>) => {
  const app =
    "const Koa = require('koa')\nconst app = new Koa()\napp.use(require('./routes').routes())\napp.listen(3000)"
  const manifest = JSON.stringify({ dependencies: { koa: '2', '@koa/router': '12' } })
  return collectLocalState(await scopeOfFiles({ 'package.json': manifest, 'app.js': app, ...files }))
}

describe('state of requests is seen at a glance', () => {
  for (const [name, source] of Object.entries(ofModule))
    it(name, async () => expect(await found({ 'routes.js': source })).to.have.lengthOf(1))

  for (const [name, declaration] of Object.entries(typed))
    it(name, async () => {
      const use = 'carts[ctx.params.id] = ctx.request.body'
      expect(await found({ 'routes.ts': declaration + handlers(use, 'carts[ctx.params.id]') })).to.have.lengthOf(1)
    })

  for (const [name, [given, taken]] of Object.entries(exported))
    it(`exported ${name}`, async () => {
      const routes = taken + handlers('carts[ctx.params.id] = ctx.request.body', 'carts[ctx.params.id]')
      expect(await found({ 'kept.js': `const carts = {}\n${given}`, 'routes.js': routes })).to.have.lengthOf(1)
    })
})

describe('files that say nothing of sessions and keep nothing', () => {
  const app = `
const Koa = require('koa')
const session = require('koa-session')
const app = new Koa()
app.keys = [process.env.SECRET_KEY]
app.use(session({}, app))
app.use(require('./routes').routes())
app.listen(3000)`
  const files = {
    'package.json': JSON.stringify({ dependencies: { koa: '2', 'koa-session': '6', '@koa/router': '12' } }),
    'app.js': app,
    'routes.js': `const service = require('./service')${handlers('service.save(ctx.session.user)', 'service.load(ctx.session.user)')}`,
    'service.js': `const { insert, select } = require('./table')
const limits = { page: 20 }
exports.save = async (user) => {
  const rows = []
  for (const key of Object.keys(user)) rows.push(await insert(key, limits.page))
  return rows
}
exports.load = async (user) => (await select(user)).map((row) => ({ ...row, own: row.owner === user }))`,
    'table.ts': `import type { Context } from 'koa'
export const insert = (key: string, page: number) => [key, page]
export const select = async (user: Context['user']) => [{ owner: user }]`,
  }

  it('are not parsed', async () => {
    const scope = await scopeOfFiles(files)
    collectInstances(scope)
    collectSessionCalls(scope)
    collectLogins(scope)
    collectLogouts(scope)
    collectLocalState(scope)
    expect(scope.modules.parsed().map(({ file }) => file)).to.deep.equal(['app.js'])
  })

  const broken = {
    'a bracket that never closes': 'exports.sum = (a) => (a + 1',
    'one too many': 'exports.sum = (a) => (a + 1))',
    'marks of a merge': '<<<<<<< HEAD\nexports.a = 1\n=======\nexports.a = 2\n>>>>>>> other',
  }
  for (const [name, text] of Object.entries(broken))
    it(`are named where they are broken: ${name}`, async () => {
      const { notLooked } = await appOf({ ...files, 'service.js': text })
      expect(notLooked).to.deep.equal([
        { what: 'service.js', why: 'its syntax is broken, so only a part of it was understood' },
      ])
    })

  it('are not called broken for brackets in texts, templates, comments and expressions', async () => {
    const text =
      "// (\n/* { */\nexports.a = '(' + \"[\" + `{` + 'it\\'s (' + /[(]\\//.source\nexports.b = (s) => s.replace(/\"{/g, '')"
    expect((await appOf({ ...files, 'service.js': text })).notLooked).to.deep.equal([])
  })
})
